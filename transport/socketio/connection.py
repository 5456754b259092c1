"""The Engine.IO socket whose WebSocket needs no task while it is idle.

python-engineio gives each WebSocket two tasks and a queue, and Sanic three tasks more. Here an
event is served by a task that ends with it, and what is sent needs no queue once there is a
WebSocket: that takes the place of the outbox, which only polling has. The heartbeat is one timer:
until the next ping, and then until the client that does not answer it is given up.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from engineio import packet as eio_packet
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from websockets.frames import CloseCode

from transport.errors import Malformed
from transport.socketio.packets import parse_packet
from transport.socketio.polling import Outbox
from transport.socketio.websocket import DirectWebSocket

logger = logging.getLogger(__name__)

MOST_UNREAD = 65_536
"""Bytes that may have come before what is ahead of them is served; then reading pauses."""

ENDED_AT_ONCE = 5
"""Sockets that are ended in one turn of the loop."""


class DirectSocket(AsyncSocket):  # type: ignore[misc]
    """One connection, over polling until it upgrades, or over a WebSocket from the start."""

    queue: Any
    """An Outbox, and then the WebSocket."""
    websocket: DirectWebSocket | None = None
    connected: bool
    upgrading: bool
    upgraded: bool
    last_ping: float | None
    _unserved: deque[Packet] | None = None
    """What has come, while something before it is being served."""
    _unserved_size = 0
    _heartbeat: asyncio.TimerHandle | None = None
    _has_ended = False

    async def _upgrade_websocket(self, environ: dict[str, Any]) -> None:
        """Take the request's transport. There is no answer: the connection is no HTTP any more."""
        if self.upgrading:
            raise Malformed("this session is being upgraded already")
        request, limit = environ["sanic.request"], self.server.send_buffer
        if self.connected:
            upgrade = _Upgrade(self)
            self.websocket = DirectWebSocket.take_over(request, upgrade, limit)
            self.upgrading = True
        else:
            self.websocket = DirectWebSocket.take_over(request, self, limit)
            self.connected = True
            self.switch()

    def switch(self) -> None:
        """Send all that waits, and all that follows, over the WebSocket."""
        outbox: Outbox = self.queue
        self.queue = self.websocket
        self.upgrading, self.upgraded = False, True
        for packet in outbox.drain():
            if packet.packet_type != eio_packet.NOOP:
                self.queue.put_nowait(packet)
        outbox.end_poll()

    def received(self, data: str | bytes) -> None:
        """Serve what came over the WebSocket, behind what came before it."""
        if self.closed or self._has_ended:
            return
        try:
            packet = parse_packet(data)
        except ValueError:
            self.websocket.close(CloseCode.NORMAL_CLOSURE)  # type: ignore[union-attr]
            self.ended()
            return
        if packet.packet_type == eio_packet.PONG:
            self.schedule_ping()
        elif self._unserved is None:
            self._unserved = deque([packet])
            self._unserved_size = len(data)
            self._serve_soon()
        else:
            self._unserved.append(packet)
            self._unserved_size += len(data)
            if self._unserved_size > MOST_UNREAD:
                self.websocket.pause_reading()  # type: ignore[union-attr]

    def ended(self) -> None:
        """The client is gone, and with it the connection, once all that came is served."""
        if not self._has_ended:
            self._has_ended = True
            if self._unserved is None:
                self.server.endings.add(self)

    async def end(self) -> None:
        """Close the connection, whose client is gone, and its transport."""
        if self.websocket is not None:
            self.websocket.cut()
        await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        self.queue.end_poll()

    def _serve_soon(self) -> None:
        # The loop keeps the task while it waits for something.
        asyncio.ensure_future(self._serve())  # noqa: RUF006

    async def _serve(self) -> None:
        unserved = self._unserved
        assert unserved is not None
        while unserved:
            packet = unserved.popleft()
            try:
                await self.receive(packet)
            except EngineIOError:
                pass  # a packet that is none of a client's, or the connection is closed
            except Exception:
                logger.exception("a packet could not be served")
        self._unserved = None
        if self._has_ended:
            await self.end()
        elif self._unserved_size > MOST_UNREAD:
            self.websocket.resume_reading()  # type: ignore[union-attr]

    async def close(
        self, wait: bool = True, abort: bool = False, reason: str | None = None
    ) -> None:
        await super().close(wait=wait, abort=abort, reason=reason)
        if self.closed:
            self._stop_heartbeat()
            self.server.sockets.pop(self.sid, None)

    def schedule_ping(self) -> None:
        """Ping after an interval: the client is there."""
        self.last_ping = None  # which python-engineio would hold against the wall clock
        self._stop_heartbeat()
        self._wait_for(self.server.ping_interval, self._ping)

    def _ping(self) -> None:
        self.queue.put_nowait(Packet(eio_packet.PING))
        self._wait_for(self.server.ping_timeout, self.ended)

    def _wait_for(self, seconds: float, then: Callable[[], None]) -> None:
        if not self.closing and not self.closed:
            # Without the context, which may be that of the request that opened the connection.
            self._heartbeat = asyncio.get_running_loop().call_later(
                seconds, then, context=Context()
            )

    def _stop_heartbeat(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None


class Endings:
    """Ends sockets whose clients are gone, a few in a turn of the loop.

    Where many are lost at once, the others get their turns between.
    """

    def __init__(self) -> None:
        self._waiting: deque[DirectSocket] = deque()
        self._is_running = False

    def add(self, socket: DirectSocket) -> None:
        self._waiting.append(socket)
        if not self._is_running:
            self._is_running = True
            # The loop keeps the task, which goes on in its next turn.
            asyncio.ensure_future(self._run())  # noqa: RUF006

    async def _run(self) -> None:
        while self._waiting:
            for _ in range(min(ENDED_AT_ONCE, len(self._waiting))):
                await self._waiting.popleft().end()
            await asyncio.sleep(0)
        self._is_running = False


class _Upgrade:
    """What a WebSocket has to say before it takes the place of polling."""

    def __init__(self, socket: DirectSocket) -> None:
        self._socket = socket
        self._expected = "2probe"

    def received(self, data: str | bytes) -> None:
        socket, websocket = self._socket, self._socket.websocket
        assert websocket is not None
        if data != self._expected or socket.closed:
            self.ended()
            websocket.close(CloseCode.NORMAL_CLOSURE)
        elif data == "2probe":
            self._expected = "5"
            websocket.put_nowait(Packet(eio_packet.PONG, "probe"))
            socket.queue.put_nowait(Packet(eio_packet.NOOP))  # ends a poll that stands open
        else:
            websocket.reader = socket
            socket.switch()

    def ended(self) -> None:
        """Polling goes on as before."""
        self._socket.upgrading = False
        self._socket.websocket.cut()  # type: ignore[union-attr]
