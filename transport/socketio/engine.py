"""The Engine.IO server: opens connections, serves their HTTP requests, and ends connections.

It is python-engineio's with methods overridden that are not public there. Each of them is pinned in
`tests/upstream/test_engine_seams.py`, so that a version that changes one fails with its name. What
differs:

- a connection is ended without waiting until the client has fetched what is queued;
- a payload that cannot be parsed is answered 400, where python-engineio answers 200 or 500;
- a second polling request while one is open ends the connection: the two would share out what is
  queued, in any order;
- a client whose connection was closed is not listened to, and its transport is aborted.
"""

import logging
from typing import Any

import engineio
from engineio import packet as eio_packet
from sanic.request import Request

from domain.errors import Unavailable
from transport.auth.origins import Origins
from transport.auth.own_origins import is_own
from transport.errors import Malformed
from transport.limits.limits import Limits
from transport.limits.pacing import Pacing
from transport.socketio.connection import Connection
from transport.socketio.environ import environ_of
from transport.socketio.lost_connections import LostConnections
from transport.socketio.outbox import Outbox
from transport.socketio.packets import check_payload

logger = logging.getLogger(__name__)

OPENED_PER_TURN = 1
"""Connections that are opened in one turn of the event loop."""

SERVED_PER_TURN = 20
"""Packets of those that came many at once that are served in one turn of the event loop."""


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """The connections of one node, in `sockets`, by their Engine.IO ids."""

    def __init__(
        self, *, send_buffer: int, origins: Origins, limits: Limits, **options: Any
    ) -> None:
        """`send_buffer` is the high-water mark of each connection, in bytes."""
        # python-engineio's task that looks for dead clients is late where there are many; here each
        # connection has a timer.
        super().__init__(monitor_clients=False, **options)
        self._origins = origins
        self._limits = limits
        self.send_buffer = send_buffer
        self.lost_connections = LostConnections()
        self._async = {
            **self._async,  # type: ignore[has-type]
            "translate_request": self._translate_request,
        }
        self._polled: set[str] = set()
        self._opening = Pacing(OPENED_PER_TURN)
        self.serving = Pacing(SERVED_PER_TURN)
        self._is_stopping = False

    def _translate_request(self, request: Request) -> dict[str, Any]:
        """The request as python-engineio takes it. Raises Malformed, ForeignOrigin."""
        try:
            environ = environ_of(request)
        except ValueError:
            raise Malformed("the Host header is not as it must be") from None
        origin = environ.get("HTTP_ORIGIN")
        is_trusted = self._limits.trusts_peer(request)
        if origin and not is_own(origin, request.headers, from_trusted_proxy=is_trusted):
            self._origins.require(origin, environ.get("HTTP_HOST"))
        return environ

    def _cors_allowed_origins(self, environ: dict[str, Any]) -> list[str]:
        """The request's own, since pages of others are refused before python-engineio sees it."""
        origin = environ.get("HTTP_ORIGIN")
        return [origin] if origin else []

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self.send_buffer)

    def _log_error_once(self, message: str, message_key: str) -> None:
        logger.info("refused a request: %s", message_key)  # what a client does wrong is no error

    async def handle_request(self, request: Request) -> Any:
        """Serve one HTTP request, which may become a WebSocket.

        Raises Malformed, ForeignOrigin, RateLimited, Unavailable.
        """
        sid = request.args.get("sid")
        if sid is None:
            address = self._limits.address(request)
            if request.method == "GET":
                self._limits.connection(len(self.sockets))
                self._limits.handshake(address)
            await self._opening.wait_for_turn(address)
            self._limits.connection(len(self.sockets))  # others were opened meanwhile
            if self._is_stopping:
                raise Unavailable("the service is stopping")
        else:
            socket = self.sockets.get(sid)
            if socket is None or socket.closed:
                raise Malformed("there is no such session, or it has ended")
        if request.method == "POST":
            await self._check_post(request, sid)
        elif request.method == "GET" and request.args.get("transport") == "websocket":
            connection = ",".join(request.headers.getall("Connection", [])).lower()
            if "upgrade" not in [option.strip() for option in connection.split(",")]:
                raise Malformed("a WebSocket needs the header Connection: Upgrade")
        elif request.method == "GET" and sid is not None:
            return await self._poll(request, sid)
        return await super().handle_request(request)

    # Tells Sanic that there may be no response, since the request may become a WebSocket.
    handle_request.is_websocket = True  # type: ignore[attr-defined]

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        """Open a connection as python-engineio does, with our class; no handler rejects it."""
        sid = self.generate_id()
        socket = self.sockets[sid] = Connection(self, sid)
        await socket.send(
            eio_packet.Packet(
                eio_packet.OPEN,
                {
                    "sid": sid,
                    "upgrades": self._upgrades(sid, transport),
                    "pingTimeout": int(self.ping_timeout * 1000),
                    "pingInterval": int(self.ping_interval * 1000),
                    "maxPayload": self.max_http_buffer_size,
                },
            )
        )
        await self._trigger_event("connect", sid, environ, run_async=False)
        socket.schedule_ping()
        if transport == "websocket":
            try:
                return await socket.handle_get_request(environ)
            finally:
                if not socket.upgraded:  # the handshake was refused
                    await socket.close(wait=False, abort=True)
        socket.connected = True
        return self._ok(await socket.poll(), jsonp_index=jsonp_index)

    async def _check_post(self, request: Request, sid: str | None) -> None:
        """Refuse a payload that cannot be parsed, and end its connection."""
        try:
            check_payload(request.body)
        except ValueError:
            if sid is not None:
                await self.disconnect(sid)
            raise Malformed("the payload is not engine.io's") from None

    async def _poll(self, request: Request, sid: str) -> Any:
        if sid in self._polled:
            await self.disconnect(sid)
            raise Malformed("this session has a polling request open already")
        self._polled.add(sid)
        try:
            return await super().handle_request(request)
        finally:
            self._polled.discard(sid)

    async def disconnect(self, sid: str | None = None) -> None:
        """Send Engine.IO's CLOSE to one connection, or to all; some clients then stay away."""
        for socket in list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]:
            if socket is not None and not socket.closed:
                await socket.close(wait=False)

    def stop_accepting(self) -> None:
        """Open no more connections; those that are open go on."""
        self._is_stopping = True

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
