"""When many clients come at once, a few of their requests are served in each turn of the event
loop: whatever else is asked meanwhile takes some fifteen turns."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.service.service import Service
from tests.support.background import running
from tests.support.clients import PATIENCE
from tests.support.engine_io import CONNECT, polling
from tests.support.in_process import service_in_process
from tests.support.raw_http import post
from transport.socketio.engine_requests import ASKED_PER_TURN

MANY = 6 * ASKED_PER_TURN


class Served:
    """How many messages a service has served in each turn of its loop, since it is watched."""

    def __init__(self, service: Service) -> None:
        self.in_turn = Counter[int]()
        self._turn = 0
        handlers = service.sockets.server.eio.handlers
        serve = handlers["message"]

        async def counted(*arguments: Any) -> None:
            self.in_turn[self._turn] += 1
            await serve(*arguments)

        handlers["message"] = counted

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(0)
            self._turn += 1


def connect(sid: str, *headers: str) -> bytes:
    """The request by which a stock client connects."""
    target, length = f"/socket.io/?EIO=4&transport=polling&sid={sid}", len(CONNECT)
    return post(target, *headers, f"Content-Length: {length}", body=CONNECT.encode())


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="in the front"),
        pytest.param(["X-Same: 1", "X-Same: 1"], id="by Sanic"),  # a header twice is not known
    ],
)
async def test_a_few_requests_of_open_sessions_are_served_in_a_turn(
    database_url: str, headers: list[str]
) -> None:
    async with service_in_process(database_url) as (service, url), AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(polling(url)) for _ in range(MANY)]
        place = urlsplit(url)
        connections = [await asyncio.open_connection(place.hostname, place.port) for _ in sessions]
        served = Served(service)
        async with running(served.watch()), asyncio.timeout(PATIENCE):
            for session, (_, writer) in zip(sessions, connections, strict=True):
                writer.write(connect(session.sid, *headers))
            for reader, writer in connections:
                assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
                writer.close()
    assert served.in_turn.total() == MANY
    assert max(served.in_turn.values()) <= ASKED_PER_TURN
