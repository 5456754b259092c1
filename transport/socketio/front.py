"""The front: what each connection is until its first request has come. One that opens a WebSocket,
as stock clients ask for it, is served here; from the first byte on, anything else is Sanic's.

    connected ─▶ the first bytes ─▶ a handshake as all clients send it ─▶ its turn ─▶ WebSocket
                         │                          │ no room, too many, a page of elsewhere
                         └──────────────────────────┴───────────▶ Sanic, which answers or refuses

Nothing is refused here, so that each refusal has one home.
"""

import asyncio
import logging
from collections.abc import Collection
from typing import Any, Protocol

from sanic.compat import Header
from sanic.request import Request
from sanic.server.protocols.http_protocol import HttpProtocol

from transport.socketio.opening_request import OpeningRequest, read_opening

logger = logging.getLogger(__name__)

SILENCE = 20.0
"""Seconds in which the first bytes are to come."""


class Openings(Protocol):
    """Opens connections over a WebSocket."""

    async def open(self, request: Request, key: str, connections: set[Any]) -> bool:
        """Open one in its turn, over the transport of a request whose handshake has that key.
        Answers False, and has done nothing, where Sanic is to say why it may not be opened."""
        ...


class Front(HttpProtocol):
    """A connection of the HTTP server."""

    __slots__ = ("_early", "_is_sanics", "_openings", "_paths", "_silence", "websocket")

    def __init__(self, *, openings: Openings, paths: Collection[str], **options: Any) -> None:
        """At the `paths` connections are opened; the other options are Sanic's."""
        super().__init__(**options)
        self.websocket = None
        self._openings = openings
        self._paths = paths
        self._is_sanics = False
        self._early: bytearray | None = None
        """What has come while it is being opened."""
        self._silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.connections.add(self)
        self._silence = self.loop.call_later(SILENCE, self.close)

    def data_received(self, data: bytes) -> None:
        if self._is_sanics:
            super().data_received(data)
        elif self._early is not None:
            self._early += data
        else:
            self._hear()
            opening = read_opening(data, self._paths)
            if opening is None:
                self._become_sanics(data)
            else:
                self._early = bytearray()
                self.loop.create_task(self._open(opening, data))

    def connection_lost(self, error: Exception | None) -> None:
        if self._is_sanics:
            super().connection_lost(error)  # type: ignore[no-untyped-call]
        else:
            self._hear()
            self.connections.discard(self)

    def _hear(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    async def _open(self, opening: OpeningRequest, data: bytes) -> None:
        transport: Any = self.transport
        headers = Header(opening.headers)
        try:
            request = self.request_class(
                opening.target.encode(), headers, "1.1", "GET", transport, self.app
            )
            is_open = await self._openings.open(request, opening.key, self.connections)
        except Exception:
            logger.exception("a connection could not be opened")
            transport.abort()
            return
        early = bytes(self._early or b"")
        if is_open:
            self.connections.discard(self)
            if early:
                transport.get_protocol().data_received(early)
        elif not transport.is_closing():
            self._become_sanics(data + early)

    def _become_sanics(self, data: bytes) -> None:
        self._is_sanics, self._early = True, None
        super().connection_made(self.transport)  # type: ignore[no-untyped-call]
        super().data_received(data)
