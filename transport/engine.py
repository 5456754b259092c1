"""The engine: python-engineio and python-socketio, with what they leave open closed.

Everything here overrides what is not public of theirs; `tests/upstream/test_engine_seams.py` pins
each method, so that an upgrade that moves one fails with its name. What is closed:

- a refused polling request would wait for a queue that nobody empties: it never waits here;
- a malformed payload would be answered 200 and dropped: it is 400 here, as is what would be 500;
- two open polling requests would share out what is queued, in any order: they end the session;
- a connection that stays silent would have no deadline: `on_open` is told of it, to set one;
- a client that leaves would have its open polling request hang until the next ping;
- a client's events named `connect` or `disconnect` would run our handlers: all events go to
  `on_event` here, whatever their names;
- a packet that is not Socket.IO, or out of turn, would be logged and forgotten: it ends the
  connection here;
- attachments of a binary event would be kept without bound;
- a closed connection could go on sending: it is not listened to, and its transport is cut;
- what waits for a reader that does not read would grow without bound: its connection is cut.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import engineio
import socketio
from engineio import packet as eio_packet
from engineio.async_drivers import sanic as eio_sanic
from engineio.async_socket import AsyncSocket
from sanic.request import Request
from socketio.packet import CONNECT

from domain.errors import Unavailable
from transport.clients import Clients
from transport.direct_socket import DirectSocket, Endings
from transport.errors import Malformed
from transport.outbox import Outbox
from transport.packets import (
    MAX_MESSAGE_SIZE,
    Burst,
    Message,
    ack_message,
    check_payload,
    disconnect_message,
)
from transport.websocket import WebSocket

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 8

_NO_ENVIRON: dict[str, Any] = {}

CUT_AFTER = 1.0
"""Seconds that a client gets to close by itself, once told to."""


def _translate_request(request: Request) -> dict[str, Any]:
    """The request as python-engineio wants it. Raises Malformed."""
    try:
        environ: dict[str, Any] = eio_sanic.translate_request(request)
    except ValueError:
        raise Malformed("the Host header is not as it must be") from None
    # It reads as much of the body as this says, which a chunked request does not.
    environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """The engine.io server: connections and their transports."""

    def __init__(self, *, send_buffer: int, is_direct: bool, **options: Any) -> None:
        super().__init__(**options)
        self.send_buffer = send_buffer
        self.endings = Endings()
        self._socket_class = DirectSocket if is_direct else AsyncSocket
        self._async = {
            **self._async,  # type: ignore[has-type]
            "translate_request": _translate_request,
            "websocket": WebSocket,
        }
        self._polled: set[str] = set()
        self._is_stopping = False

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self.send_buffer)

    def _log_error_once(self, message: str, message_key: str) -> None:
        logger.info("refused a request: %s", message_key)  # what a client does wrong is no error

    async def handle_request(self, request: Request) -> Any:
        """Serve one HTTP request, which may become a WebSocket. Raises Malformed, Unavailable."""
        sid = request.args.get("sid")
        if sid is None and self._is_stopping:
            raise Unavailable("the service is stopping")
        if sid is not None:
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
        if self.start_service_task:  # type: ignore[has-type]
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid = self.generate_id()
        socket = self.sockets[sid] = self._socket_class(self, sid)
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

        Without a CLOSE: python-engineio's client takes that for the end. What both libraries come
        back from is a WebSocket that is closed, and a session that the next poll does not find.
        """
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.close(wait=False, abort=True)
            socket.queue.close()

    async def cut(self, sid: str) -> None:
        """End a connection at once, with all that waits to be sent to it."""
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            websocket = getattr(socket, "websocket", None)
            await socket.close(wait=False, abort=True)
            socket.queue.end()
            if websocket is not None:
                websocket.cut()

    def cut_soon(self, sid: str) -> None:
        """Cut the transport of a connection that is closed, if the client does not end it."""
        websocket = getattr(self.sockets[sid], "websocket", None)
        if websocket is not None and not websocket.is_lost:
            asyncio.get_running_loop().call_later(CUT_AFTER, websocket.cut)


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """The Socket.IO server: tells of connections opened and closed, and of every event."""

    def __init__(
        self,
        *,
        on_open: Callable[[str], None],
        on_connect: Callable[[str, Any], Awaitable[None]],
        on_event: Callable[[str, str, list[Any]], Awaitable[Any]],
        on_leave: Callable[[str], Awaitable[None]],
        on_close: Callable[[str], None],
        greeting: Callable[[str, Any], dict[str, str]],
        on_cut: Callable[[], None],
        is_direct: bool,
        **options: Any,
    ) -> None:
        super().__init__(
            client_manager=Clients() if is_direct else None,
            is_direct=is_direct,
            async_mode="sanic",
            async_handlers=False,  # a socket's events are served one after the other
            always_connect=True,  # CONNECT is answered first; a token is looked at after it
            max_http_buffer_size=MAX_MESSAGE_SIZE,
            **options,
        )
        self._on_open = on_open
        self._on_event = on_event
        self._on_close = on_close
        self._greeting = greeting
        self._greetings: dict[str, dict[str, str]] = {}
        self._on_cut = on_cut
        self._too_slow: set[str] = set()

        async def connected(sid: str, _environ: dict[str, Any], auth: Any) -> None:
            await on_connect(self.manager.eio_sid_from_sid(sid, "/"), auth)

        async def disconnected(sid: str, _reason: str) -> None:
            await on_leave(self.manager.eio_sid_from_sid(sid, "/"))

        self.on("connect", connected)
        self.on("disconnect", disconnected)

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    def send(self, eio_sid: str, sent: Message | Burst) -> None:
        """Send encoded messages to a connection, behind all that waits for it; never waits.

        With `direct`, a WebSocket writes them at once where nothing waits: no task wakes, and what
        goes to many is framed once for all of them.
        """
        socket = self.eio.sockets.get(eio_sid)
        if socket is None or socket.closing or socket.closed:
            return
        socket.queue.push(sent)
        if socket.queue.is_too_full and eio_sid not in self._too_slow:
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

    def has_room(self, eio_sid: str) -> bool:
        """Whether little waits to be sent to a connection, or it is gone."""
        socket = self.eio.sockets.get(eio_sid)
        return socket is None or socket.queue.has_room

    async def room(self, eio_sid: str) -> None:
        """Wait until little waits to be sent to a connection."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.queue.room()

    def _cut(self, eio_sid: str) -> None:
        logger.info("cutting a connection: too much waits to be sent to it")
        self._on_cut()
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
        self._on_open(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        if namespace in (None, "/"):
            self._greetings[eio_sid] = self._greeting(eio_sid, data)
        await super()._handle_connect(eio_sid, namespace, data)

    async def _send_packet(self, eio_sid: str, packet: Any) -> None:
        if packet.packet_type == CONNECT:
            packet.data |= self._greetings.pop(eio_sid, {})
        await super()._send_packet(eio_sid, packet)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._on_close(eio_sid)
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
            # Only parsing can raise here: what a handler raises is answered by `on_event`.
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
        answer = await self._on_event(eio_sid, data[0], data[1:])
        if id is not None:
            self.send(eio_sid, ack_message(id, answer))
