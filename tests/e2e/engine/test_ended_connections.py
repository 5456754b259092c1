"""A connection that has ended is freed at once: when thousands end together, the collector finds
nothing of them, which would take it long and stop everybody else meanwhile."""

import gc
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sanic.http import Http
from websockets.server import ServerProtocol

from tests.support.background import eventually
from tests.support.clients import PyClient, py_client
from tests.support.engine_io import event, polling, websocket
from tests.support.in_process import service_in_process
from tests.support.tokens import token
from transport.socketio.connection import Connection
from transport.socketio.front import Front, SanicsConnection
from transport.socketio.websocket import WebSocket

ROUNDS = 5
OF_A_CONNECTION = {Connection, WebSocket, ServerProtocol, Front, SanicsConnection, Http}


@asynccontextmanager
async def silent(url: str) -> AsyncIterator[Any]:
    async with websocket(url) as session:
        yield session


@asynccontextmanager
async def authenticated(url: str) -> AsyncIterator[Any]:
    async with websocket(url) as session:
        await session.auth(token())
        yield session


@asynccontextmanager
async def failing(url: str) -> AsyncIterator[Any]:
    async with websocket(url) as session:
        await session.join()
        await session.send(event("auth", {"data": "no token"}, ack=1))
        await session.ack(1)
        yield session


@asynccontextmanager
async def polls(url: str) -> AsyncIterator[Any]:
    async with polling(url) as session:
        await session.auth(token())
        await session.post("1")
        yield session


@asynccontextmanager
async def upgraded(url: str) -> AsyncIterator[PyClient]:
    async with py_client(url) as client:
        await client.auth(token())
        yield client


KINDS = {each.__name__: each for each in (silent, authenticated, failing, polls, upgraded)}


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The collector of cycles does not run."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left_of_connections() -> Counter[type]:
    return Counter(type(thing) for thing in gc.get_objects() if type(thing) in OF_A_CONNECTION)


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_that_has_ended_is_freed_without_the_collector(
    database_url: str, kind: str
) -> None:
    async with service_in_process(database_url) as (_, url):
        for _ in range(ROUNDS):
            async with KINDS[kind](url):
                assert left_of_connections()

        async def nothing_is_left() -> bool:
            return not left_of_connections()

        await eventually(nothing_is_left)
