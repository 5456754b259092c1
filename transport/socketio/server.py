"""The Socket.IO server: python-socketio's on our engine, with what it leaves open closed.

It overrides what is not public there, pinned like the engine's. What is closed:

- a connection that stays silent would have no deadline: the handler is told of it, to set one;
- a client that leaves would have its open polling request hang until the next ping;
- a client's events named `connect` or `disconnect` would run our handlers: all events go to
  the handler here, whatever their names;
- a packet that is not Socket.IO, or out of turn, would be logged and forgotten: it ends the
  connection here;
- a CONNECT that comes while another is being answered would take its answer: it is passed over;
- attachments of a binary event would be kept without bound;
- what waits for a reader that does not read would grow without bound: its connection is cut.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import socketio
from socketio.packet import CONNECT

from transport.auth.origins import Origins
from transport.socketio.clients import Clients
from transport.socketio.engine import CUT_AFTER, EngineServer
from transport.socketio.handler import Handler
from transport.socketio.packets import (
    MAX_MESSAGE_SIZE,
    Burst,
    Message,
    ack_message,
    disconnect_message,
)

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 8

_NO_ENVIRON: dict[str, Any] = {}


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """The Socket.IO server: tells of connections opened and closed, and of every event."""

    def __init__(
        self,
        *,
        send_buffer: int,
        origins: Origins,
    ) -> None:
        super().__init__(
            client_manager=Clients(),
            async_mode="sanic",
            async_handlers=False,  # a socket's events are served one after the other
            always_connect=True,  # CONNECT is answered first, and then what came with it
            max_http_buffer_size=MAX_MESSAGE_SIZE,
            send_buffer=send_buffer,
            origins=origins,
        )
        self._greetings: dict[str, dict[str, str]] = {}
        self._too_slow: set[str] = set()

        async def connected(sid: str, _environ: dict[str, Any], auth: Any) -> None:
            await self._handler.connected(self.manager.eio_sid_from_sid(sid, "/"), auth)

        async def disconnected(sid: str, _reason: str) -> None:
            await self._handler.left(self.manager.eio_sid_from_sid(sid, "/"))

        self.on("connect", connected)
        self.on("disconnect", disconnected)

    def serve(self, handler: Handler) -> None:
        """Tell the handler of every connection; before this none may come."""
        self._handler = handler

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    def send(self, eio_sid: str, sent: Message | Burst) -> None:
        """Send encoded messages to a connection, behind all that waits for it; never waits.

        A WebSocket writes them at once where nothing waits: no task wakes, and what goes to many is
        framed once for all of them.
        """
        socket = self.eio.sockets.get(eio_sid)
        if socket is None or socket.closing or socket.closed:
            return
        if socket.queue.push(sent) and eio_sid not in self._too_slow:
            self._too_slow.add(eio_sid)
            # Later: whoever sends is going through those who listen.
            asyncio.get_running_loop().call_soon(self._cut, eio_sid)

    async def taken(self, eio_sid: str) -> None:
        """Wait until all that was sent to a connection has been taken, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CUT_AFTER):
                while (  # noqa: ASYNC110  it is waited for when a service stops, and hardly ever
                    self._is_open(eio_sid) and not self.eio.sockets[eio_sid].queue.is_idle
                ):
                    await asyncio.sleep(0.01)

    async def room(self, eio_sid: str) -> None:
        """Wait until little waits to be sent to a connection."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.queue.room()

    def end_poll(self, eio_sid: str) -> None:
        """Answer a polling request that stands open, with nothing."""
        if self._is_open(eio_sid):
            self.eio.sockets[eio_sid].queue.end_poll()

    def _cut(self, eio_sid: str) -> None:
        logger.info("cutting a connection: too much waits to be sent to it")
        self._handler.cut(eio_sid)
        # The loop keeps the task while the end is under way, which takes no time.
        asyncio.ensure_future(self.eio.cut(eio_sid))  # noqa: RUF006

    async def close(self, eio_sid: str, *, may_return: bool) -> None:
        """Close a connection. A client that may not return is told so in Socket.IO's own way:
        its library then does not reconnect by itself. It is told nothing else: a CLOSE in the
        same polling answer would be seen first."""
        if may_return:
            await self.eio.let_go(eio_sid)
        elif self._is_open(eio_sid):
            self.send(eio_sid, disconnect_message())
            await self.eio.sockets[eio_sid].close(wait=False, abort=True)

    def _is_open(self, eio_sid: str) -> bool:
        socket = self.eio.sockets.get(eio_sid)
        return socket is not None and not socket.closing and not socket.closed

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self.environ[eio_sid] = _NO_ENVIRON  # which would keep the request
        self._handler.opened(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        if namespace in (None, "/") and self.manager.sid_from_eio_sid(eio_sid, "/") is None:
            if eio_sid in self._greetings:
                return  # a client that connects again while it does is answered once
            self._greetings[eio_sid] = {}
            greeting = await self._handler.greeting(eio_sid, data)
            if not self._is_open(eio_sid):
                return  # it was closed meanwhile: python-socketio would keep it for ever
            self._greetings[eio_sid] = greeting
        await super()._handle_connect(eio_sid, namespace, data)

    async def _send_packet(self, eio_sid: str, packet: Any) -> None:
        if packet.packet_type == CONNECT:
            packet.data |= self._greetings.pop(eio_sid, {})
        await super()._send_packet(eio_sid, packet)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._handler.closed(eio_sid)
        self._greetings.pop(eio_sid, None)
        self._too_slow.discard(eio_sid)
        if reason == self.reason.CLIENT_DISCONNECT:
            self.eio.sockets[eio_sid].queue.end_poll()
        self.eio.cut_soon(eio_sid)
        self._binary_packet.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if not self._is_open(eio_sid):
            return
        try:
            if not isinstance(data, bytes if eio_sid in self._binary_packet else str):
                raise ValueError("attachments are binary, all else is text")
            await super()._handle_eio_message(eio_sid, data)
            binary = self._binary_packet.get(eio_sid)
            if binary is not None and not 1 <= binary.attachment_count <= MAX_ATTACHMENTS:
                raise ValueError(f"a binary event has 1 to {MAX_ATTACHMENTS} attachments")
        except Exception as error:
            # Only parsing can raise here: what a handler raises is answered by the handler.
            logger.info("closing a connection: not Socket.IO (%s)", type(error).__name__)
            await self.close(eio_sid, may_return=False)

    async def _handle_event(self, eio_sid: str, namespace: str, id: int | None, data: Any) -> None:
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ValueError("an event is a list that begins with its name")
        if self.manager.sid_from_eio_sid(eio_sid, namespace or "/") is None:
            raise ValueError("an event belongs to a namespace that was connected to")
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _handle_event_internal(
        self,
        server: Any,
        sid: str,
        eio_sid: str,
        data: list[Any],
        namespace: str,
        id: int | None,
    ) -> None:
        answer = await self._handler.event(eio_sid, data[0], data[1:])
        if id is not None:
            self.send(eio_sid, ack_message(id, answer))
