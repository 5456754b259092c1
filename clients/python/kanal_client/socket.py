"""One connection to the service, and what is heard on it, in its order.

What others find out about the connection, `put` adds to what is heard, behind all that came before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

from kanal_client.errors import KanalError
from kanal_client.heard import Refusal, heard, refusal, said

Answer = TypeVar("Answer")

OPENED_WITHIN = 20.0
ANSWERED_WITHIN = 20.0
CLOSED_WITHIN = 20.0
"""Seconds; the service answers sooner."""

HEARD = (
    "auth-success", "socket-api-error", "channel-created", "channel-updated", "channel-deleted",
    "channel-member-added", "channel-member-removed",
)  # fmt: skip

ENTERED = "connect"
"""What is heard first."""

FAILED, LOST = "failed", "lost"
"""What is heard last: with an exception, or without one."""


class Lost(Exception):
    """The connection is not there, or not any more."""


class NotConnected(Lost):
    """It has not come about."""


class Socket:
    """A connection that is open."""

    def __init__(self, sio: socketio.AsyncClient) -> None:
        self._sio = sio
        self._heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        for name in HEARD:
            sio.on(name, partial(self._hear, name))
        sio.on("connect", partial(self.put, ENTERED))
        for name in ("connect_error", "disconnect"):
            sio.on(name, partial(self.put, LOST))

    def watch(self) -> None:
        """From now on it is also lost where what reads or writes it ends without a word. With
        python-engineio reading does by an answer to a poll that is cut; writing does where a
        request with packets is refused, and the poll stands on, until a ping at the latest."""
        for task in (self._sio.eio.read_loop_task, self._sio.eio.write_loop_task):
            if task is None:
                self.put(LOST)
            else:
                task.add_done_callback(self._ended)

    async def entered(self) -> None:
        """Wait until the service has let it in. Raises Lost."""
        name, _ = await self.next()
        if name != ENTERED:
            raise Lost

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # asyncio reports one that nobody has asked for
        self.put(LOST)

    def _hear(self, name: str, *data: Any) -> None:
        try:
            self.put(name, heard(name, *data))
        except KanalError as error:
            self.put(FAILED, error)

    def put(self, name: str, data: Any = None) -> None:
        self._heard.put_nowait((name, data))

    async def next(self) -> tuple[str, Any]:
        """The next event, by its name. Raises Lost at the end."""
        name, data = await self._heard.get()
        if name == LOST:
            raise Lost
        return name, data

    async def call(self, event: str, data: Mapping[str, Any], kind: type[Answer]) -> Answer:
        """What an event is acknowledged with. Raises KanalError where it is refused, Lost."""
        try:
            answer = await self._sio.call(event, data, timeout=ANSWERED_WITHIN)
        except SocketIOError:
            raise Lost from None
        if isinstance(answer, dict) and "error" in answer:
            raise refusal(said(answer["error"], Refusal))
        return said(answer, kind)


@asynccontextmanager
async def connected(
    base: str, auth: Mapping[str, Any], transports: Sequence[str] | None
) -> AsyncIterator[Socket]:
    """A connection to the service at a base URL, closed at the end. Raises NotConnected, Lost."""
    place = urlsplit(base)
    # Its own, since python-engineio leaves one open where it loses a connection as it makes it.
    async with aiohttp.ClientSession() as http:
        sio = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)
        socket = Socket(sio)
        try:
            try:
                async with asyncio.timeout(OPENED_WITHIN):
                    await sio.connect(
                        f"{place.scheme}://{place.netloc}",
                        auth=dict(auth),
                        transports=None if transports is None else list(transports),
                        socketio_path=f"{place.path}socket.io",
                        wait=False,
                    )
                    socket.watch()
                    await socket.entered()
            except Exception:  # which it is depends on where an answer is cut, or odd
                raise NotConnected from None
            yield socket
        finally:
            if sio.eio.write_loop_task is None:  # nobody else would end a poll that stands
                await http.close()
            with suppress(Exception):  # it has ended before
                async with asyncio.timeout(CLOSED_WITHIN):
                    await sio.disconnect()
