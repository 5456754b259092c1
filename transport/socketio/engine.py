"""The engine.io server: python-engineio's, with what it leaves open closed.

It overrides what is not public there; `tests/upstream/test_engine_seams.py` pins each method, so
that an upgrade that moves one fails with its name. What is closed:

- a refused polling request would wait for a queue that nobody empties: it never waits here;
- a malformed payload would be answered 200 and dropped: it is 400 here, as is what would be 500;
- two open polling requests would share out what is queued, in any order: they end the session;
- a closed connection could go on sending: it is not listened to, and its transport is cut.
"""

import asyncio
import logging
from typing import Any

import engineio
from engineio import packet as eio_packet
from engineio.async_drivers import sanic as eio_sanic
from sanic.request import Request

from domain.errors import Unavailable
from transport.auth.origins import Origins, refuse_origin
from transport.errors import Malformed
from transport.pacing import Turns
from transport.socketio.connection import DirectSocket, Endings
from transport.socketio.packets import check_payload
from transport.socketio.polling import Outbox

logger = logging.getLogger(__name__)

CUT_AFTER = 1.0
"""Seconds that a client gets to close by itself, once told to."""


OPENED_AT_ONCE = 8
"""Connections that are opened in one turn of the loop."""


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """The engine.io server: connections and their transports."""

    def __init__(self, *, send_buffer: int, origins: Origins, **options: Any) -> None:
        # Its task looks for dead clients, late where there are many; our sockets have a timer each.
        super().__init__(monitor_clients=False, **options)
        self._origins = origins
        self.send_buffer = send_buffer
        self.endings = Endings()
        self._async = {
            **self._async,  # type: ignore[has-type]
            "translate_request": self._translate_request,
        }
        self._polled: set[str] = set()
        self._openings = Turns(OPENED_AT_ONCE)
        self._is_stopping = False

    def _translate_request(self, request: Request) -> dict[str, Any]:
        """The request as python-engineio wants it. Raises Malformed, ForeignOrigin."""
        try:
            environ: dict[str, Any] = eio_sanic.translate_request(request)
        except ValueError:
            raise Malformed("the Host header is not as it must be") from None
        # It reads as much of the body as this says, which a chunked request does not.
        environ["CONTENT_LENGTH"] = str(len(request.body))
        origin = environ.get("HTTP_ORIGIN")
        if origin and origin not in self._cors_allowed_origins(environ):
            refuse_origin(origin)
        return environ

    def _cors_allowed_origins(self, environ: dict[str, Any]) -> list[str]:
        """The service's own, which python-engineio tells from the Host header, and the request's
        where it may call."""
        own: list[str] = super()._cors_allowed_origins(environ)
        origin = environ.get("HTTP_ORIGIN")
        return [*own, origin] if origin and self._origins.allow(origin) else own

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self.send_buffer)

    def _log_error_once(self, message: str, message_key: str) -> None:
        logger.info("refused a request: %s", message_key)  # what a client does wrong is no error

    async def handle_request(self, request: Request) -> Any:
        """Serve one HTTP request, which may become a WebSocket.

        Raises Malformed, ForeignOrigin, Unavailable.
        """
        sid = request.args.get("sid")
        if sid is None:
            await self._openings.come()
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

    # To Sanic: there may be no response, where the request has become a WebSocket.
    handle_request.is_websocket = True  # type: ignore[attr-defined]

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        """Open a connection. As python-engineio does it, with our socket; nobody rejects one."""
        sid = self.generate_id()
        socket = self.sockets[sid] = DirectSocket(self, sid)
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
                if socket.closed:
                    self.sockets.pop(sid, None)
        socket.connected = True
        return self._ok(await socket.poll(), jsonp_index=jsonp_index)

    async def _check_post(self, request: Request, sid: str | None) -> None:
        """Refuse a payload that cannot be read; its connection ends with it."""
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
        """Close a connection, or all, without waiting for the client to fetch what is queued."""
        for socket in list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]:
            if socket is not None and not socket.closed:
                await socket.close(wait=False)

    def stop(self) -> None:
        """Open no more connections; those that there are go on."""
        self._is_stopping = True

    async def let_go(self, sid: str) -> None:
        """Close a connection whose client is to come back by itself.

        Without a CLOSE: python-engineio's client takes that for the end. What libraries come
        back from is a WebSocket that ends, and a session that the next poll does not find.
        """
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.close(wait=False, abort=True)
            socket.queue.let_go()

    async def cut(self, sid: str) -> None:
        """End a connection at once, with all that waits to be sent to it."""
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.close(wait=False, abort=True)
            socket.queue.end()
            if socket.websocket is not None:
                socket.websocket.cut()

    def cut_soon(self, sid: str) -> None:
        """Cut the transport of a connection that is closed, if the client does not end it."""
        websocket = self.sockets[sid].websocket
        if websocket is not None and not websocket.is_lost:
            asyncio.get_running_loop().call_later(CUT_AFTER, websocket.cut)
