"""SIGHUP replaces the workers one by one with new settings, and nobody is interrupted."""

import asyncio
import signal
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, js_client
from tests.support.creating import creating
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from tests.support.workers import a_socket_each, all_ready, ended, processes, workers

SECRET = "a secret of thirty-two bytes or more"
NEW_SECRET = "another secret of thirty-two bytes or more"


async def replaced(service: RunningService) -> None:
    """Wait until both are, for the first time."""

    async def is_said(line: str) -> bool:
        return line in service.output

    for name in ("w1", "w2"):
        await eventually(partial(is_said, f"{name} is replaced"), within=60)


@pytest.mark.parametrize("keep_alive", [False, True])
async def test_creates_go_on_and_new_settings_come_in(
    database_url: str, tmp_path: Path, keep_alive: bool
) -> None:
    secrets = tmp_path / "secrets"
    secrets.write_text(SECRET)
    with running_service(
        database_url, workers="2", jwt_secret="", jwt_secret_file=str(secrets)
    ) as service:
        before = list(workers(service).values())
        async with creating(
            service.url, access=token(secret=SECRET), keep_alive=keep_alive
        ) as creates:
            await creates.some_more()
            secrets.write_text(f"{SECRET},{NEW_SECRET}")
            service.process.send_signal(signal.SIGHUP)
            await replaced(service)
            await ended(before)
            await creates.some_more()
        assert creates.failed == {}
        access = token(secret=NEW_SECRET)
        answer = httpx.get(
            f"{service.url}/workspaces/demo/channels",
            headers={"Authorization": f"Bearer {access}"},
            timeout=PATIENCE,
        )
        assert answer.status_code == 200
        await all_ready(service)
        assert service.troubles == ""


async def test_a_client_comes_back_and_hears_all(database_url: str) -> None:
    options = {
        "auth": {"token": token(), "recover": True},
        "transports": ["websocket"],
        "reconnectionDelay": 50,
    }
    with running_service(database_url, workers="2") as service:
        async with js_client(service.url, **options) as client:
            await client.event("auth-success")
            service.process.send_signal(signal.SIGHUP)
            created: list[Any] = []
            while len(client.events("auth-success")) < 2:
                created.append(await create_channel(service.url, "demo", f"{len(created)}"))
            await replaced(service)
            created.append(await create_channel(service.url, "demo", "after"))
            heard = await client.event("channel-created", len(created))
            assert heard == created[-1]
            assert client.events("channel-created") == created


async def test_workers_that_do_not_start_replace_nobody(database_url: str, tmp_path: Path) -> None:
    timeout = tmp_path / "timeout"
    timeout.write_text("10")
    with running_service(
        database_url, workers="2", auth_timeout="", auth_timeout_file=str(timeout)
    ) as service:
        before = {name: process.pid for name, process in workers(service).items()}
        timeout.write_text("soon")
        service.process.send_signal(signal.SIGHUP)

        async def is_said() -> bool:
            return "the workers that serve go on" in service.output

        await eventually(is_said)
        assert "kanal: KANAL_AUTH_TIMEOUT: " in service.output

        async def are_as_before() -> bool:
            return {process.pid for process in processes(service)} == set(before.values())

        await eventually(are_as_before)
        await create_channel(service.url, "demo", "general")
        timeout.write_text("20")
        service.process.send_signal(signal.SIGHUP)
        await replaced(service)
        assert not set(before.values()) & {process.pid for process in workers(service).values()}


async def test_sigterm_meanwhile_ends_all(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        with running_service(database_url, workers="2") as service:
            await a_socket_each(service, stack)
            service.process.send_signal(signal.SIGHUP)

            async def have_a_successor() -> bool:
                return len(processes(service)) > 2

            await eventually(have_a_successor)
            all_of_them = processes(service)
            assert await asyncio.to_thread(service.stop) == 0
            await ended(all_of_them)
