"""The Engine.IO server: opens connections and ends them; `engine_requests.py` has their requests.

It is python-engineio's with methods overridden that are not public there. Each of them is pinned in
`tests/upstream/test_engine_seams.py`, so that a version that changes one fails with its name. What
differs here:

- a connection is ended without waiting until the client has fetched what is queued;
- a client whose connection was closed is not listened to, and its transport is aborted.
"""

import logging
from typing import Any

from engineio import packet as eio_packet
from sanic.request import Request

from transport.limits.pacing import Pacing
from transport.socketio.connection import Connection
from transport.socketio.engine_requests import EngineRequests
from transport.socketio.lost_connections import LostConnections
from transport.socketio.outbox import Outbox

logger = logging.getLogger(__name__)


SERVED_PER_TURN = 20
"""Packets of those that came many at once that are served in one turn of the event loop."""


class EngineServer(EngineRequests):
    """The connections of one node, in `sockets`, by their Engine.IO ids."""

    def __init__(self, *, send_buffer: int, **options: Any) -> None:
        """`send_buffer` is the high-water mark of each connection, in bytes; the other options are
        those of the requests and of python-engineio."""
        # python-engineio's task that looks for dead clients is late where there are many; here each
        # connection has a timer.
        super().__init__(monitor_clients=False, **options)
        self.send_buffer = send_buffer
        self.lost_connections = LostConnections()
        self.serving = Pacing(SERVED_PER_TURN)

    def generate_id(self) -> str:
        """A new id, which says that the session is this node's."""
        return self._elsewhere.new_id(super().generate_id())

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self.send_buffer)

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        """Open a connection as python-engineio does, with our class; no handler rejects it."""
        socket = self._new()
        sid = socket.sid
        await socket.send(self._open_packet(sid, transport))
        await self._opened(sid, transport, environ["sanic.request"])
        socket.schedule_ping()
        if transport == "websocket":
            try:
                return await socket.handle_get_request(environ)
            finally:
                if not socket.upgraded:  # the handshake was refused
                    await socket.close(wait=False, abort=True)
        socket.connected = True
        return self._ok(await socket.poll(), jsonp_index=jsonp_index)

    def _has_room(self) -> bool:
        return not self._is_stopping and self._limits.has_room(self._connections)

    def _new(self) -> Connection:
        sid = self.generate_id()
        socket = self.sockets[sid] = Connection(self, sid)
        return socket

    def _open_packet(self, sid: str, transport: str) -> eio_packet.Packet:
        return eio_packet.Packet(
            eio_packet.OPEN,
            {
                "sid": sid,
                "upgrades": self._upgrades(sid, transport),
                "pingTimeout": int(self.ping_timeout * 1000),
                "pingInterval": int(self.ping_interval * 1000),
                "maxPayload": self.max_http_buffer_size,
            },
        )

    async def _opened(self, sid: str, transport: str, request: Request) -> None:
        """Have python-socketio know the connection."""
        told = {"sanic.request": request, "kanal.transport": transport}
        await self._trigger_event("connect", sid, told)

    async def _trigger_event(self, event: str, *arguments: Any, run_async: bool = False) -> None:
        """Have python-socketio serve it. python-engineio makes a function of each event first."""
        try:
            await self.handlers[event](*arguments)
        except Exception:
            logger.exception("a %s could not be served", event)

    async def disconnect(self, sid: str | None = None) -> None:
        """Send Engine.IO's CLOSE to one connection, or to all; some clients then stay away."""
        for socket in list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]:
            if socket is not None and not socket.closed:
                await socket.close(wait=False)

    async def close(self, sid: str) -> None:
        """End a connection after what waits, so that its client reconnects by itself.

        Without Engine.IO's CLOSE, after which python-engineio's client stays away. All libraries
        reconnect when a WebSocket ends, or when a poll is answered that there is no such session.
        """
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.close(wait=False, abort=True)
            socket.queue.close()

    async def abort(self, sid: str) -> None:
        """End a connection at once; what waits to be sent to it is dropped."""
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.abort()
