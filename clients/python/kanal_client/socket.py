"""One connection to the service, and what is heard on it, in its order.

What others find out about the connection, `put` adds to what is heard, behind all that came before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

from kanal_client.errors import KanalError

OPENED_WITHIN = 20.0
ANSWERED_WITHIN = 20.0
"""Seconds; the service answers sooner."""

HEARD = (
    "auth-success", "socket-api-error", "channel-created", "channel-updated", "channel-deleted",
    "channel-member-added", "channel-member-removed",
)  # fmt: skip

LOST = "lost"
"""What is heard last."""


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
            sio.on(name, partial(self.put, name))
        sio.on("disconnect", partial(self.put, LOST))

    def put(self, name: str, data: Any) -> None:
        self._heard.put_nowait((name, data))

    async def next(self) -> tuple[str, Any]:
        """The next event, by its name. Raises Lost at the end."""
        name, data = await self._heard.get()
        if name == LOST:
            raise Lost
        return name, data

    async def call(self, event: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """What an event is acknowledged with. Raises KanalError where it is refused, Lost."""
        try:
            answer: Mapping[str, Any] = await self._sio.call(event, data, timeout=ANSWERED_WITHIN)
        except SocketIOError:
            raise Lost from None
        if "error" in answer:
            raise refusal(answer["error"])
        return answer


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
            await sio.connect(
                f"{place.scheme}://{place.netloc}",
                auth=dict(auth),
                transports=None if transports is None else list(transports),
                socketio_path=f"{place.path}socket.io",
                wait_timeout=OPENED_WITHIN,
            )
        except SocketIOError:
            raise NotConnected from None
        try:
            yield socket
        finally:
            await sio.disconnect()


def refusal(error: Mapping[str, Any]) -> KanalError:
    """What a socket was refused with, as an exception."""
    return KanalError(error["code"], error["message"], retry_after=error.get("retryAfter"))
