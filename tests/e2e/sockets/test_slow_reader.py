"""A reader that does not read is cut once too much waits for it; nobody else notices."""

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from scripts.service.service import Service
from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, py_client
from tests.support.engine_io import polling
from tests.support.in_process import service_in_process
from tests.support.postgres import create_database
from tests.support.service import RunningService, running_service
from tests.support.stalled import stalled_client
from tests.support.tokens import token

CREATED = "channel-created"
LARGE = "🙂" * 2_000
"""A description of 8,000 bytes."""

BUFFER = 65_536


@pytest.fixture(scope="module")
def bounded(postgres_url: str) -> Iterator[RunningService]:
    with running_service(create_database(postgres_url), send_buffer=str(BUFFER)) as service:
        yield service


async def cut_so_far(url: str) -> float:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        text = (await http.get(f"{url}/health/metrics")).text
    (line,) = [line for line in text.splitlines() if line.startswith("kanal_sockets_cut_total ")]
    return float(line.split()[1])


async def test_a_stalled_websocket_is_cut_and_resumes_while_others_hear_everything(
    bounded: RunningService,
) -> None:
    w = "stalled"
    before = await cut_so_far(bounded.url)
    async with (
        py_client(bounded.url) as healthy,
        stalled_client(bounded.url, token("bob", (w,))) as stalled,
    ):
        start = await healthy.auth(token("bob", (w,)))
        created: list[Any] = []

        async def is_cut() -> bool:
            created.append(
                await create_channel(bounded.url, w, f"{len(created)}", description=LARGE)
            )
            return await cut_so_far(bounded.url) > before

        await eventually(is_cut)
        stalled.connection.transport.resume_reading()
        await stalled.cut()
        await healthy.event(CREATED, len(created))
        assert healthy.events(CREATED) == created
        assert not [heard for heard in healthy.heard if heard.kind == "disconnect"]
    async with py_client(bounded.url) as back:
        success = await back.auth(token("bob", (w,)), position=start["position"])
        assert success["recovered"]
        await back.event(CREATED, len(created))
        assert back.events(CREATED) == created
    assert await cut_so_far(bounded.url) == before + 1


async def test_a_polling_client_that_does_not_poll_is_cut(bounded: RunningService) -> None:
    w = "unpolled"
    before = await cut_so_far(bounded.url)
    async with polling(bounded.url) as session:
        await session.auth(token("bob", (w,)))
        for number in range(2 * BUFFER // 8_000):
            await create_channel(bounded.url, w, f"{number}", description=LARGE)

        async def is_cut() -> bool:
            return await cut_so_far(bounded.url) == before + 1

        await eventually(is_cut)
        assert (await session.get()).status_code == 400


async def test_a_replay_larger_than_the_buffer_goes_at_the_pace_of_its_reader(
    bounded: RunningService,
) -> None:
    """A client that has stalled while it is told what it missed is not cut, and misses nothing."""
    w = "paced"
    before = await cut_so_far(bounded.url)
    created = [
        await create_channel(bounded.url, w, f"{number}", description=LARGE)
        for number in range(4 * BUFFER // 8_000)
    ]
    access = token("bob", (w,))
    async with stalled_client(bounded.url, access, position=0) as slow:
        async with py_client(bounded.url) as other:
            await other.auth(access, position=0)
            await other.event(CREATED, len(created))
        slow.connection.transport.resume_reading()
        await slow.event(CREATED, len(created))
        assert slow.events(CREATED) == created
    assert await cut_so_far(bounded.url) == before


@pytest.fixture
async def in_process(database_url: str) -> AsyncIterator[tuple[Service, str]]:
    async with service_in_process(database_url, send_buffer=str(BUFFER)) as service:
        yield service


async def test_the_memory_of_a_cut_socket_is_freed(in_process: tuple[Service, str]) -> None:
    service, url = in_process
    w, engine = "freed", service.sockets.server.eio
    async with stalled_client(url, token("bob", (w,))) as stalled:
        outbox = engine.sockets[stalled.sid].queue
        numbers = itertools.count()

        async def is_gone() -> bool:
            await create_channel(url, w, f"{next(numbers)}", description=LARGE)
            return stalled.sid not in engine.sockets or engine.sockets[stalled.sid].closed

        async def is_freed() -> bool:
            return outbox.unsent == 0 and len(service.sockets.sessions) == 0

        await eventually(is_gone)
        await eventually(is_freed)
