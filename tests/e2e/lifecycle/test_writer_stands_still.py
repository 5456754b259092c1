"""The writer of the read models stands still, with its connection open: another node takes over."""

import asyncio
import os
import signal

import httpx

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE
from tests.support.metrics import value
from tests.support.service import RunningService, running_service


async def lists(service: RunningService, position: int, names: set[str]) -> None:
    """Wait until a node's channel list reflects a position, and find the channels in it."""
    async with api(service.url, "demo") as http, asyncio.timeout(PATIENCE):
        while True:
            answer: httpx.Response = await http.get("", params={"minPosition": position})
            if answer.status_code == 200:
                break
            assert answer.status_code == 503
    assert {channel["name"] for channel in answer.json()["channels"]} == names


async def behind(service: RunningService, positions: int) -> None:
    """Wait until a node says so of its channel list, in its readiness and in its metrics, and find
    it ready."""

    async def says() -> bool:
        ready = await http.get("/health/ready")
        assert ready.status_code == 200
        if ready.json()["behind"]["channels"] != positions:
            return False
        lag = await value(service.url, "kanal_read_model_lag", model="channels")
        seconds = await value(service.url, "kanal_read_model_lag_seconds", model="channels")
        return lag == positions and (seconds > 0) == (positions > 0)

    async with httpx.AsyncClient(base_url=service.url, verify=False, timeout=PATIENCE) as http:
        await eventually(says)


async def writes(service: RunningService) -> float:
    """1 where a node writes the channel list."""
    return await value(service.url, "kanal_read_model_writer", model="channels")


async def test_a_writer_that_stands_still_is_replaced_and_comes_back(database_url: str) -> None:
    with running_service(database_url) as writer, running_service(database_url) as other:
        await create_channel(writer.url, "demo", "before")
        await behind(other, 0)
        assert await writes(writer) == 1 and await writes(other) == 0
        os.kill(writer.process.pid, signal.SIGSTOP)
        try:
            missed = await create_channel(other.url, "demo", "missed")
            await behind(other, 2)  # the channel, and its name
            await lists(other, missed["position"], {"before", "missed"})
            assert await writes(other) == 1
        finally:
            os.kill(writer.process.pid, signal.SIGCONT)
        after = await create_channel(writer.url, "demo", "after")
        for node in (writer, other):
            await lists(node, after["position"], {"before", "missed", "after"})
            await behind(node, 0)
        assert writer.troubles == other.troubles == ""
