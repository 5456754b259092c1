"""The Engine.IO server, as the front asks it: the requests that are known are served past Sanic.

Each is served as `engine_requests.py` serves it, or not at all: what that would refuse, and what
another node or python-engineio has to see, is left to it before anything has been done.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from engineio.exceptions import EngineIOError
from sanic.request import Request

from transport.socketio.connection import Connection
from transport.socketio.engine import EngineServer
from transport.socketio.handshake import accept_key_of
from transport.socketio.known_request import KnownRequest
from transport.socketio.packets import parse_payload
from transport.socketio.upgrade import Upgrade
from transport.socketio.websocket import Reader, WebSocket

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a polling request is answered."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class FrontEngine(EngineServer):
    """Serves what the front has read."""

    async def open_websocket(
        self, request: Request, known: KnownRequest, connections: set[Any]
    ) -> bool:
        """Make a WebSocket of the request's transport, for a new session or one that upgrades.
        Answers False, and has done nothing, where Sanic is to say why not."""
        if known.sid is not None:
            await self._asking.wait_for_turn(self._limits.address(request))
            return self._begin_upgrade(request, known, connections)
        if not await self._may_open(request, known) or request.transport.is_closing():
            return False
        socket = self._new()
        websocket = self._accept(request, known, connections, socket)
        socket.go_on(websocket, [self._open_packet(socket.sid, "websocket")])
        await self._opened(socket.sid, "websocket", request)
        return True

    async def answer(self, request: Request, known: KnownRequest) -> Answered | None:
        """Serve a polling request. Answers None, and has done nothing, where Sanic is to."""
        if known.sid is None:
            return await self._open_polling(request, known)
        await self._asking.wait_for_turn(self._limits.address(request))
        socket: Connection | None = self.sockets.get(known.sid)
        if socket is None or not socket.is_polled or not self._is_from_here(request, known):
            return None
        if known.method == "POST":
            return await self._take(socket, known)
        if known.sid in self._polled or socket.is_repeated(known.mark):
            return None
        with self._polling(known.sid, known.mark):
            try:
                return self._answered(self._ok(await socket.answer()), known)
            except EngineIOError:
                return await self._failed(socket, known)

    async def _take(self, socket: Connection, known: KnownRequest) -> Answered | None:
        """Serve the packets of a payload, one after the other."""
        try:
            packets = parse_payload(known.body)
        except ValueError:
            return None
        try:
            with socket.serving():
                for packet in packets:
                    await socket.receive(packet)
        except EngineIOError:
            return await self._failed(socket, known)
        except asyncio.CancelledError:  # the client is gone, or it took too long
            logger.info("a payload was not served to its end")
        return self._answered(self._ok(), known)

    async def _failed(self, socket: Connection, known: KnownRequest) -> Answered:
        await self.disconnect(socket.sid)
        return self._answered(self._bad_request(), known)

    def _answered(self, response: dict[str, Any], known: KnownRequest) -> Answered:
        """What python-engineio answers, as it goes over the wire."""
        headers = known.headers
        self._compress(response, headers.get("accept-encoding", ""))
        environ = {"REQUEST_METHOD": known.method}
        if "origin" in headers:
            environ["HTTP_ORIGIN"] = headers["origin"]
        status, _, _ = response["status"].partition(" ")
        fields = [*response["headers"], *self._cors_headers(environ)]
        return Answered(int(status), fields, response["response"])

    async def _open_polling(self, request: Request, known: KnownRequest) -> Answered | None:
        if not await self._may_open(request, known):
            return None
        socket = self._new()
        socket.queue.put_nowait(self._open_packet(socket.sid, "polling"))
        await self._opened(socket.sid, "polling", request)
        socket.schedule_ping()
        socket.connected = True
        return self._answered(self._ok(await socket.poll()), known)

    async def _may_open(self, request: Request, known: KnownRequest) -> bool:
        """Whether a connection may be opened, once it is its turn."""
        address = self._limits.address(request)
        if (
            not self._is_from_here(request, known)
            or not self._has_room()
            or self._limits.has_used_up(address)
        ):
            return False
        self._limits.handshake(address)
        await self._opening.wait_for_turn(address)
        if self._has_room():
            return True
        self._limits.give_back(address)  # others were opened meanwhile
        return False

    def _begin_upgrade(self, request: Request, known: KnownRequest, connections: set[Any]) -> bool:
        socket: Connection | None = self.sockets.get(known.sid)
        if (
            socket is None
            or not socket.is_polled
            or socket.upgrading
            or request.transport.is_closing()
            or not self._is_from_here(request, known)
        ):
            return False
        upgrade = Upgrade(socket)
        socket.begin_upgrade(upgrade, self._accept(request, known, connections, upgrade))
        return True

    def _accept(
        self, request: Request, known: KnownRequest, connections: set[Any], reader: Reader
    ) -> WebSocket:
        transport = cast(asyncio.Transport, request.transport)
        return accept_key_of(known.key, transport, connections, reader, self.send_buffer)

    def _is_from_here(self, request: Request, known: KnownRequest) -> bool:
        """Whether it is from no page, or from one that may send it."""
        return self._has_source(request, known.headers.get("origin"), known.headers["host"])
