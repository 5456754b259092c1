"""The engine: python-engineio and python-socketio, with what they leave open closed.

Everything here overrides a method of theirs that is not public; `tests/e2e/test_engine.py` pins
each, so that an upgrade that moves one fails with its name. What is closed:

- a refused polling request would wait for a queue that nobody empties: it never waits here;
- a malformed payload would be answered 200 and dropped: it is 400 here;
- a connection that stays silent would have no deadline: `on_open` is told of it, to set one;
- a client that leaves would have its open polling request hang until the next ping;
- a client's events named `connect` or `disconnect` would run our handlers: all events go to
  `on_event` here, whatever their names;
- a packet that is not Socket.IO would be logged and forgotten: it ends the connection here;
- attachments of a binary event would be kept without bound;
- a closed connection could go on sending: its transport is cut here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import engineio
import msgspec
import socketio
from engineio import packet as eio_packet
from engineio import payload as eio_payload
from engineio.async_drivers import sanic as eio_sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.errors import Malformed, problem_response, refusal_of

logger = logging.getLogger(__name__)

MAX_MESSAGE_SIZE = 1_000_000
"""Bytes of one message from a client, or of one polling request."""

MAX_ATTACHMENTS = 8

CUT_AFTER = 1.0
"""Seconds that a client gets to close by itself, once told to."""

# A stock client puts all it has to say into one polling request, bounded by MAX_MESSAGE_SIZE and
# by nothing else; 16, the default, drops the rest of it.
eio_payload.Payload.max_decode_packets = MAX_MESSAGE_SIZE


_UNREADABLE = (ValueError, LookupError, RecursionError)


class _WebSocket(eio_sanic.WebSocket):  # type: ignore[misc]
    """A WebSocket that its engine.io socket knows, so that it can be cut."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        self.handler.__self__.websocket = self
        return await super().__call__(environ)

    async def wait(self) -> Any:
        """The next message. A packet that engine.io cannot read ends the connection: left to
        the library it would raise past all that cleans up."""
        data = await super().wait()
        try:
            eio_packet.Packet(encoded_packet=data)
        except _UNREADABLE:
            raise OSError("not an engine.io packet") from None
        return data

    def cut(self) -> None:
        protocol = self._sock.io_proto if self._sock is not None else None
        if protocol is not None and protocol.transport is not None:
            protocol.transport.abort()


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """The engine.io server: connections and their transports."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async = {**self._async, "websocket": _WebSocket}  # type: ignore[has-type]

    async def handle_request(self, request: Request) -> Any:
        if request.method == "POST" and (refused := await self._refused(request)):
            return refused
        return await super().handle_request(request)

    async def _refused(self, request: Request) -> HTTPResponse | None:
        """The answer to a polling request that cannot be read; its connection ends with it."""
        try:
            eio_payload.Payload(encoded_payload=request.body.decode())
        except _UNREADABLE:
            if sid := request.args.get("sid"):
                await self.disconnect(sid)
            return problem_response(refusal_of(Malformed("the payload is not engine.io's")))
        return None

    async def disconnect(self, sid: str | None = None) -> None:
        """Close a connection, or all, without waiting for the client to fetch what is queued."""
        for socket in list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]:
            if socket is not None and not socket.closed:
                await socket.close(wait=False)
                websocket = getattr(socket, "websocket", None)
                if websocket is not None:
                    asyncio.get_running_loop().call_later(CUT_AFTER, websocket.cut)


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """The Socket.IO server: tells of connections opened and closed, and of every event."""

    def __init__(
        self,
        *,
        on_open: Callable[[str], None],
        on_connect: Callable[[str, Any], Awaitable[None]],
        on_event: Callable[[str, str, list[Any]], Awaitable[Any]],
        on_close: Callable[[str], None],
        **options: Any,
    ) -> None:
        super().__init__(
            async_mode="sanic",
            async_handlers=False,  # a socket's events are served one after the other
            always_connect=True,  # CONNECT is answered first; a token is looked at after it
            max_http_buffer_size=MAX_MESSAGE_SIZE,
            **options,
        )
        self._on_open = on_open
        self._on_event = on_event
        self._on_close = on_close

        async def connected(sid: str, _environ: dict[str, Any], auth: Any) -> None:
            await on_connect(self.manager.eio_sid_from_sid(sid, "/"), auth)

        self.on("connect", connected)

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    def send(self, eio_sid: str, packet: eio_packet.Packet) -> None:
        """Queue an encoded packet for a connection, behind all that is queued; never waits."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None and not socket.closing and not socket.closed:
            socket.queue.put_nowait(packet)

    async def close(self, eio_sid: str, *, may_return: bool) -> None:
        """Close a connection. A client that may not return is told so in Socket.IO's own way:
        its library then does not reconnect by itself."""
        if not may_return and eio_sid in self.eio.sockets:
            self.send(eio_sid, eio_packet.Packet(eio_packet.MESSAGE, "1"))
        await self.eio.disconnect(eio_sid)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._on_open(eio_sid)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._on_close(eio_sid)
        if reason == self.reason.CLIENT_DISCONNECT:
            # Lets go of a polling request that stands open and would until the next ping.
            self.eio.sockets[eio_sid].queue.put_nowait(eio_packet.Packet(eio_packet.NOOP))
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
            binary = self._binary_packet.get(eio_sid)
            if binary is not None and binary.attachment_count > MAX_ATTACHMENTS:
                raise ValueError(f"more than {MAX_ATTACHMENTS} attachments")
        except Exception as error:
            # Only parsing can raise here: what a handler raises is answered by `on_event`.
            logger.info("closing a connection: not Socket.IO (%s)", type(error).__name__)
            await self.close(eio_sid, may_return=False)

    async def _handle_event(self, eio_sid: str, namespace: str, id: int | None, data: Any) -> None:
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ValueError("an event is a list that begins with its name")
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
            encoded = "[]" if answer is None else f"[{msgspec.json.encode(answer).decode()}]"
            self.send(eio_sid, eio_packet.Packet(eio_packet.MESSAGE, f"3{id}{encoded}"))


def event_packet(event: str, *arguments: Any) -> eio_packet.Packet:
    """An event of the default namespace, encoded once for however many sockets it goes to.

    Packet types: Socket.IO protocol v5, 2 = EVENT, 3 = ACK, 1 = DISCONNECT.
    """
    encoded = msgspec.json.encode([event, *arguments]).decode()
    return eio_packet.Packet(eio_packet.MESSAGE, f"2{encoded}")
