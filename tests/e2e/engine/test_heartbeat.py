"""The heartbeat: a client that answers no ping is noticed an interval and a timeout after it was
last heard, however many there are; one that answers stays."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from scripts.service.service import Service
from tests.support.background import eventually
from tests.support.clients import js_client, py_client
from tests.support.engine_io import PING, PONG, polling, websocket
from tests.support.in_process import service_in_process
from tests.support.tokens import token

INTERVAL, TIMEOUT = 0.5, 2.0
"""Seconds, in place of 25 and 20. The service and its clients share one loop here: what is due
first happens first, however slow the machine is."""


@asynccontextmanager
async def service_of_short_breath(
    database_url: str, timeout: float = TIMEOUT
) -> AsyncIterator[tuple[Service, str]]:
    async with service_in_process(database_url) as (service, url):
        engine = service.sockets.server.eio
        engine.ping_interval, engine.ping_timeout = INTERVAL, timeout
        yield service, url


def set_after(event: asyncio.Event, *pauses: float) -> None:
    """Set it after some pauses, of which each begins with the end of the one before, as those of a
    heartbeat do: whatever holds up the loop puts both off."""
    loop, (pause, *later) = asyncio.get_running_loop(), pauses
    if later:
        loop.call_later(pause, set_after, event, *later)
    else:
        loop.call_later(pause, event.set)


async def noticed(service: Service, *sids: str) -> None:
    """Wait until the service knows nothing of these sessions any more."""
    sockets = service.sockets.server.eio.sockets

    async def is_so() -> bool:
        return not sockets.keys() & set(sids)

    await eventually(is_so)


@pytest.mark.parametrize("count", [1, 20])
async def test_who_answers_no_ping_is_noticed_at_the_promised_time(
    database_url: str, count: int
) -> None:
    async with service_of_short_breath(database_url) as (service, url), AsyncExitStack() as silent:
        too_early, too_late = asyncio.Event(), asyncio.Event()
        set_after(too_early, INTERVAL + TIMEOUT)
        opening = [
            silent.enter_async_context(connect(url))
            for connect in (websocket, polling)
            for _ in range(count)
        ]
        sessions = await asyncio.gather(*opening)
        set_after(too_late, INTERVAL, TIMEOUT, 0.7 * TIMEOUT)
        await noticed(service, *(session.sid for session in sessions))
        assert too_early.is_set()
        assert not too_late.is_set()
        assert service.sockets.server.eio.service_task_handle is None


async def test_who_answers_stays_and_is_pinged_again(database_url: str) -> None:
    async with (
        service_of_short_breath(database_url) as (_, url),
        websocket(url) as over_websocket,
        polling(url) as over_polling,
    ):
        told = await asyncio.gather(over_websocket.packet(PING, 8), over_polling.packet(PING, 8))
        assert told == [PING, PING]  # each of them answered, for twice as long as the timeout


async def test_stock_clients_answer_and_stay(database_url: str) -> None:
    """Longer than one that has come after them, and answers nothing. They have more time for it
    than the others here: one of them is a process of its own."""
    async with (
        service_of_short_breath(database_url, timeout=5.0) as (service, url),
        js_client(url, transports=["polling"], auth={"token": token()}) as javascript,
        py_client(url, auth={"token": token()}) as python,
    ):
        for client in (javascript, python):
            await client.event("auth-success")
        async with websocket(url) as silent:
            await noticed(service, silent.sid)
        for client in (javascript, python):
            assert [heard for heard in client.heard if heard.kind == "disconnect"] == []


async def test_who_falls_silent_is_noticed_after_the_last_answer(database_url: str) -> None:
    async with service_of_short_breath(database_url) as (service, url), websocket(url) as session:
        await session.packet(PING, 2)
        too_late = asyncio.Event()
        set_after(too_late, INTERVAL, TIMEOUT, 0.7 * TIMEOUT)
        await session.cut()
        await noticed(service, session.sid)
        assert not too_late.is_set()


async def test_an_open_poll_is_answered_when_its_client_is_given_up(database_url: str) -> None:
    """So that one that was only held up comes back by itself, python-socketio's too."""
    async with service_of_short_breath(database_url) as (service, url), polling(url) as session:
        await session.receive()  # the ping
        opened = await session.open_get()
        await noticed(service, session.sid)
        assert (await opened).text == "6"
        assert (await session.get()).status_code == 400


async def test_nothing_is_kept_of_a_session_that_the_service_has_ended(database_url: str) -> None:
    """No task goes about and looks for what could be forgotten."""
    async with service_of_short_breath(database_url) as (service, url), polling(url) as session:
        assert (await session.post_raw("what?")).status_code == 400
        await noticed(service, session.sid)


async def test_a_clock_that_is_set_ends_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock of a machine may be set; the heartbeat goes by the loop's."""
    async with service_of_short_breath(database_url) as (_, url), websocket(url) as session:
        while PING not in session.received:
            await session.receive()
        later = time.time() + 3600
        monkeypatch.setattr(time, "time", lambda: later)
        await session.join()
        monkeypatch.undo()
        await session.send(PONG)
        await session.packet(PING, 2)
