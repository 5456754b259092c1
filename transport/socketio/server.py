"""The Socket.IO server: parses what comes for the handler, sends, and ends connections.

It is python-socketio's with methods overridden that are not public there, pinned by tests like the
engine's. What differs:

- the handler is told of a connection before its CONNECT, and sets a deadline for it;
- a client that leaves has its open polling request answered, which would stay open until a ping;
- all events go to the handler; python-socketio would take those that a client names `connect` or
  `disconnect` for its own;
- a packet that is not Socket.IO's, or out of order, disconnects the client;
- a CONNECT that comes while another is being answered is ignored: it would take its answer;
- the attachments of a binary event are bounded in number;
- the unsent bytes are bounded: beyond the high-water mark it is a slow consumer, and is aborted.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import socketio

from transport.auth.origins import Origins
from transport.limits.limits import Limits
from transport.socketio.arrivals import NO_ENVIRON, Arrivals
from transport.socketio.clients import Clients
from transport.socketio.connection import Connection
from transport.socketio.elsewhere import Elsewhere
from transport.socketio.front_engine import FrontEngine
from transport.socketio.handler import Handler
from transport.socketio.packets import (
    MAX_MESSAGE_SIZE,
    Burst,
    Message,
    ack_message,
    connect_message,
    disconnect_message,
)
from transport.socketio.slow_consumers import SlowConsumers

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 8

FLUSH_TIMEOUT_SECONDS = 1.0


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """Serves all connections of one node; its methods take their Engine.IO ids."""

    def __init__(
        self, *, send_buffer: int, origins: Origins, limits: Limits, elsewhere: Elsewhere
    ) -> None:
        """`send_buffer` is the high-water mark of each connection, in bytes."""
        self._limits = limits
        super().__init__(
            client_manager=Clients(),
            async_mode="sanic",
            async_handlers=False,  # events of a connection are served one after the other
            always_connect=True,  # CONNECT is answered before its `auth` is served
            max_http_buffer_size=MAX_MESSAGE_SIZE,
            send_buffer=send_buffer,
            origins=origins,
            limits=limits,
            elsewhere=elsewhere,
        )
        self._being_greeted: set[str] = set()
        """Connections whose CONNECT is being answered."""
        self._slow_consumers = SlowConsumers(self._abort)

        async def disconnected(sid: str, _reason: str) -> None:
            await self.handler.left(self.manager.eio_sid_from_sid(sid, "/"))

        self.eio.take_in = Arrivals(self).take_in
        self.on("disconnect", disconnected)

    def serve(self, handler: Handler) -> None:
        """Set the handler; before this no connection may be opened."""
        self.handler = handler

    def is_between_messages(self, eio_sid: str) -> bool:
        """Whether nothing is half received or half answered."""
        return eio_sid not in self._binary_packet and eio_sid not in self._being_greeted

    def _engineio_server_class(self) -> type[FrontEngine]:
        return FrontEngine

    def send(self, eio_sid: str, sent: Message | Burst) -> None:
        """Send encoded messages to a connection, behind all that waits for it; never waits.

        Where nothing waits, a WebSocket writes them at once, without waking a task.
        """
        connection = self.eio.sockets.get(eio_sid)
        if connection is None or connection.closing or connection.closed:
            return
        if connection.queue.push(sent):
            self._slow_consumers.add(eio_sid)

    async def flush(self, eio_sid: str) -> None:
        """Wait until all that waits for a connection has been sent, up to FLUSH_TIMEOUT_SECONDS."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_TIMEOUT_SECONDS):
                while (  # noqa: ASYNC110  only what ends soon waits here, hardly ever
                    connection := self._open(eio_sid)
                ) is not None and connection.queue.unsent:
                    await asyncio.sleep(0.01)

    async def wait_until_low(self, eio_sid: str) -> None:
        """Backpressure: wait until what waits for a connection is below the low-water mark."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.queue.wait_until_low()

    def answer_poll(self, eio_sid: str) -> None:
        """Answer a polling request that stands open, with nothing."""
        connection = self._open(eio_sid)
        if connection is not None:
            connection.queue.answer_poll()

    def transport_of(self, eio_sid: str) -> tuple[str, int]:
        """By what name a connection's transport goes, and how many bytes wait to be sent over it;
        nothing waits for one that has ended."""
        connection: Connection | None = self.eio.sockets.get(eio_sid)
        if connection is None:
            return "polling", 0
        return "websocket" if connection.upgraded else "polling", connection.queue.unsent

    async def close(self, eio_sid: str) -> None:
        """End a connection after what waits, so that its client reconnects by itself."""
        await self.eio.close(eio_sid)

    async def disconnect(self, eio_sid: str) -> None:
        """End a connection in Socket.IO's own way, after which its client stays away.

        It overrides a method that takes python-socketio's own ids and leaves the connection open.
        Engine.IO's CLOSE is not sent: in the same polling answer it would be seen first.
        """
        connection = self._open(eio_sid)
        if connection is not None:
            self.send(eio_sid, disconnect_message())
            await connection.close(wait=False, abort=True)

    async def _abort(self, eio_sid: str) -> None:
        self.handler.aborted(eio_sid)
        await self.eio.abort(eio_sid)

    def _open(self, eio_sid: str) -> Connection | None:
        """The connection, if it is open."""
        connection: Connection | None = self.eio.sockets.get(eio_sid)
        if connection is None or connection.closing or connection.closed:
            return None
        return connection

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self.environ[eio_sid] = NO_ENVIRON  # its own would keep the request in memory
        request, limits = environ["sanic.request"], self._limits
        self.handler.opened(
            eio_sid,
            environ["kanal.transport"],
            limits.address(request),
            limits.client_address(request),
        )

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        is_connected = self.manager.sid_from_eio_sid(eio_sid, "/") is not None
        if namespace not in (None, "/") or is_connected:
            await super()._handle_connect(eio_sid, namespace, data)  # which refuses it
        elif eio_sid not in self._being_greeted:
            self._being_greeted.add(eio_sid)
            try:
                greeting = await self.handler.greeting(eio_sid, data)
                if self._open(eio_sid) is None:
                    return  # python-socketio would keep a client that is gone
                sid = self.manager.enter(eio_sid)
                self.send(eio_sid, connect_message(sid, greeting))
            finally:
                self._being_greeted.discard(eio_sid)
            await self.handler.connected(eio_sid, data)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self.handler.closed(eio_sid, reason)
        self._slow_consumers.discard(eio_sid)
        if reason == self.reason.CLIENT_DISCONNECT:
            self.eio.sockets[eio_sid].queue.answer_poll()
        self._binary_packet.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if self._open(eio_sid) is None:
            return
        try:
            if not isinstance(data, bytes if eio_sid in self._binary_packet else str):
                raise ValueError("attachments are binary, all else is text")
            await super()._handle_eio_message(eio_sid, data)
            binary = self._binary_packet.get(eio_sid)
            if binary is not None and not 1 <= binary.attachment_count <= MAX_ATTACHMENTS:
                raise ValueError(f"a binary event has 1 to {MAX_ATTACHMENTS} attachments")
        except Exception as error:
            # Only parsing raises here; the handler never does.
            logger.info("closing a connection: not Socket.IO (%s)", type(error).__name__)
            await self.disconnect(eio_sid)

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
        answer = await self.handler.event(eio_sid, data[0], data[1:])
        if id is not None:
            self.send(eio_sid, ack_message(id, answer))
