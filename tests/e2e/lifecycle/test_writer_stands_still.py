"""The writer of the read models stands still, with its connection open: another node takes over."""

import asyncio
import os
import signal

import httpx

from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE
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


async def test_a_writer_that_stands_still_is_replaced_and_comes_back(database_url: str) -> None:
    with running_service(database_url) as writer, running_service(database_url) as other:
        await create_channel(writer.url, "demo", "before")
        os.kill(writer.process.pid, signal.SIGSTOP)
        try:
            missed = await create_channel(other.url, "demo", "missed")
            await lists(other, missed["position"], {"before", "missed"})
        finally:
            os.kill(writer.process.pid, signal.SIGCONT)
        after = await create_channel(writer.url, "demo", "after")
        for node in (writer, other):
            await lists(node, after["position"], {"before", "missed", "after"})
        assert writer.troubles == other.troubles == ""
