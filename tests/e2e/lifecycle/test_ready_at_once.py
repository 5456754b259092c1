"""A service that says where it listens is ready."""

import asyncio

import httpx
import pytest

from persistence.log.wakeup import Wakeup
from tests.support.clients import PATIENCE
from tests.support.in_process import service_in_process


async def test_a_service_listens_once_it_hears_of_appends(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Wakeup.run

    async def run_late(wakeup: Wakeup) -> None:
        await asyncio.sleep(1.5)  # as long as its own connection took
        await run(wakeup)

    monkeypatch.setattr(Wakeup, "run", run_late)
    async with (
        service_in_process(database_url) as (_, url),
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        answer = await http.get(f"{url}/health/ready")
        assert (answer.status_code, answer.json()["missing"]) == (200, [])
