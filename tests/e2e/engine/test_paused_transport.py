"""A client that reads nothing holds up its own connection alone, also where that passes from the
front to Sanic or to a WebSocket: the transport tells no protocol twice that it takes no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.engine_io import HANDSHAKE
from tests.support.in_process import service_in_process
from transport.socketio.front import Front, SanicsConnection
from transport.socketio.websocket import WebSocket

OPENING = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: kanal.example\r\n\r\n"


class Paused:
    """A connection whose transport has just told the front that it takes no more."""

    def __init__(
        self, front: Front, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader, self.writer = reader, writer
        self._transport: Any = front._transport
        front.pause_writing()

    async def becomes(self, kind: type[Any]) -> Any:
        """What takes the connection over."""

        async def found() -> Any:
            protocol = self._transport.get_protocol()
            return protocol if isinstance(protocol, kind) else None

        return await eventually(found)


@asynccontextmanager
async def paused(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Paused]:
    made: asyncio.Queue[Front] = asyncio.Queue()
    connection_made = Front.connection_made

    def tell(front: Front, transport: Any) -> None:
        connection_made(front, transport)
        made.put_nowait(front)

    monkeypatch.setattr(Front, "connection_made", tell)
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Paused(await made.get(), reader, writer)
    finally:
        writer.close()


async def test_sanic_writes_nothing_until_what_the_front_has_answered_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        service_in_process(database_url) as (_, url),
        paused(url, monkeypatch) as connection,
    ):
        connection.writer.write(b"GET /health/live HTTP/1.1\r\nHost: kanal.example\r\n\r\n")
        sanics = await connection.becomes(SanicsConnection)
        assert sanics.is_paused
        sanics.resume_writing()
        async with asyncio.timeout(PATIENCE):
            assert (await connection.reader.readline()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("pieces", [1, 2], ids=["by the front", "by Sanic"])
async def test_a_websocket_lets_wait_what_is_said_until_that_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    async with (
        service_in_process(database_url) as (_, url),
        paused(url, monkeypatch) as connection,
    ):
        if pieces == 2:
            connection.writer.write(HANDSHAKE[:40])
            await connection.becomes(SanicsConnection)
        connection.writer.write(HANDSHAKE[40 * (pieces - 1) :])
        websocket = await connection.becomes(WebSocket)
        assert not websocket.is_low
        websocket.resume_writing()
        assert websocket.is_low


async def test_a_session_whose_opening_is_not_read_ends_in_time(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_in_process(database_url) as (service, url):
        service.app.config.RESPONSE_TIMEOUT = 0.2
        async with paused(url, monkeypatch) as connection, asyncio.timeout(PATIENCE):
            connection.writer.write(OPENING)
            with suppress(ConnectionResetError):
                assert await connection.reader.read() == b""
