"""One Engine.IO connection, over long-polling or a WebSocket, without a task while it is idle.

python-engineio gives each WebSocket two tasks and a queue, and Sanic three tasks more. Here what
comes is served by a task that ends with it, and the heartbeat is one timer: until the next ping,
and then until a client that does not answer it is given up.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any

from engineio import packet as eio_packet
from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from websockets.frames import CloseCode

from transport.errors import Malformed
from transport.socketio.handshake import accept_websocket
from transport.socketio.outbox import Outbox
from transport.socketio.packets import parse_packet
from transport.socketio.polled import Polled
from transport.socketio.upgrade import Upgrade
from transport.socketio.websocket import WebSocket

logger = logging.getLogger(__name__)

MAX_UNSERVED_BYTES = 65_536
"""Of packets that came while an earlier one is being served; beyond it, reading pauses."""

NO_CONTEXT = Context()
"""In which timers run: the current one may hold the request that opened the connection."""

PACKET_BYTES = 256
"""What a packet that waits takes in memory beside its data, however short it is."""


class Connection(Polled):
    """Over polling until it upgrades, or over a WebSocket from the start."""

    websocket: WebSocket | None = None
    """Set when an upgrade begins, or with the connection itself."""
    connected: bool
    closing: bool
    closed: bool
    last_ping: float | None
    _unserved: deque[Packet] | None = None
    """Packets that have come, while an earlier one is being served."""
    _unserved_bytes = 0
    _heartbeat: asyncio.TimerHandle | None = None
    _is_lost = False

    # Its transport.

    async def _upgrade_websocket(self, environ: dict[str, Any]) -> None:
        """Make a WebSocket of the request, which has no response then. Raises Malformed,
        SanicException."""
        if self.upgrading:
            raise Malformed("this session is being upgraded already")
        request, high_water_mark = environ["sanic.request"], self.server.send_buffer
        if self.connected:
            upgrade = Upgrade(self)
            self.begin_upgrade(upgrade, accept_websocket(request, upgrade, high_water_mark))
        else:
            self.websocket = accept_websocket(request, self, high_water_mark)
            self.connected = True
            self.switch()

    def begin_upgrade(self, upgrade: Upgrade, websocket: WebSocket) -> None:
        """Go on over a WebSocket once the client switches to it, which its reader sees."""
        self.websocket = websocket
        upgrade.begin(websocket)
        self.upgrading = True

    def go_on(self, websocket: WebSocket, unsent: Sequence[Packet]) -> None:
        """Go on over a WebSocket from where another node has ended."""
        self.websocket = self.queue = websocket
        self.connected = self.upgraded = True
        for packet in unsent:
            websocket.put_nowait(packet)
        self.schedule_ping()

    def switch(self) -> None:
        """Send all that waits, and all that follows, over the WebSocket."""
        outbox, websocket = self.queue, self.websocket
        assert isinstance(outbox, Outbox) and websocket is not None
        self.queue = websocket
        self.upgrading, self.upgraded = False, True
        for packet in outbox.take_all():
            if packet.packet_type != eio_packet.NOOP:
                websocket.put_nowait(packet)
        outbox.release_poll()

    def reached(self) -> None:
        """Pings of Engine.IO are enough once it has upgraded."""

    async def receive(self, packet: Packet) -> None:
        """Serve a packet. Raises EngineIOError."""
        if packet.packet_type == eio_packet.MESSAGE:
            await self.server._trigger_event("message", self.sid, packet.data)
        else:
            await super().receive(packet)

    # What comes over a WebSocket.

    def received(self, data: str | bytes) -> None:
        """Serve a packet after those that came before it; one that cannot be parsed ends the
        connection."""
        websocket = self.websocket
        if self.closed or self._is_lost or websocket is None:
            return
        try:
            packet = parse_packet(data)
        except ValueError:
            websocket.send_close(CloseCode.NORMAL_CLOSURE)
            self.lost()
            return
        if packet.packet_type == eio_packet.PONG:
            self.schedule_ping()
        elif self._unserved is None:
            self._unserved = deque([packet])
            self._unserved_bytes = 0
            # The loop keeps the task while it waits for something.
            asyncio.ensure_future(self._serve())  # noqa: RUF006
        else:
            self._unserved.append(packet)
            self._unserved_bytes += PACKET_BYTES + len(data)
            if self._unserved_bytes > MAX_UNSERVED_BYTES:
                websocket.pause_reading()

    async def _serve(self) -> None:
        unserved, websocket = self._unserved, self.websocket
        assert unserved is not None and websocket is not None
        while unserved:
            packet = unserved.popleft()
            try:
                await self.receive(packet)
            except EngineIOError:
                pass  # a packet that only a server sends, or the connection is closed
            except Exception:
                logger.exception("a packet could not be served")
            if unserved:  # many came at once; others are served in between
                await self.server.serving.wait_for_turn(self.sid)
        self._unserved = None
        if self._is_lost:
            await self.abort()
        elif self._unserved_bytes > MAX_UNSERVED_BYTES:
            websocket.resume_reading()

    # Its end.

    def lost(self) -> None:
        """The client is gone or is given up: abort, once all that came before is served."""
        if not self._is_lost:
            self._is_lost = True
            if self._unserved is None:
                self.server.lost_connections.add(self)

    async def abort(self) -> None:
        """End the connection at once; what waits to be sent is dropped."""
        if self.websocket is not None:
            self.websocket.abort()
        await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        self.queue.abort()

    async def close(
        self,
        wait: bool = True,  # noqa: ARG002
        abort: bool = False,
        reason: str | None = None,
    ) -> None:
        """Tell the server that the connection has ended, and unless `abort`, the client as well,
        which gets some time to end the transport. Never waits for the client, whatever `wait`."""
        if self.websocket is not None and not self.closing and not self.closed:
            self.websocket.abort_soon()
        await super().close(wait=False, abort=abort, reason=reason)
        if self.closed:
            self._stop_heartbeat()
            self.server.sockets.pop(self.sid, None)

    # The heartbeat.

    def schedule_ping(self) -> None:
        """Ping after an interval: the client is there."""
        self.last_ping = None  # else python-engineio compares it with the wall clock
        self._stop_heartbeat()
        self._start_timer(self.server.ping_interval, self._ping)

    def _ping(self) -> None:
        self.queue.put_nowait(Packet(eio_packet.PING))
        self._start_timer(self.server.ping_timeout, self.lost)

    def _start_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        if not self.closing and not self.closed:
            self._heartbeat = asyncio.get_running_loop().call_later(
                seconds, callback, context=NO_CONTEXT
            )

    def _stop_heartbeat(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None
