"""The front: what each connection is while its requests are known, which it has served past Sanic.
From the first byte of a request on that is not, the connection is Sanic's.

    connected ─▶ a request ─▶ known ─┬─▶ a handshake ─▶ its turn ─▶ WebSocket
                    ▲ │              └─▶ polling ─▶ its answer ─┐
                    │ └─▶ unknown ─▶ Sanic       would be refused ─▶ Sanic
                    └───────────────────────────────────────────┘

Nothing is refused here, so that each refusal has one home.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any, Protocol

from sanic import Sanic
from sanic.compat import Header
from sanic.request import Request
from sanic.server.protocols.http_protocol import HttpProtocol

from transport.socketio.answering import Answering
from transport.socketio.front_engine import Answered
from transport.socketio.known_request import KnownRequest, read_known

logger = logging.getLogger(__name__)

SILENCE = 20.0
"""Seconds in which the first bytes are to come."""

MOST_EARLY = 65_536
"""Bytes that come while a request is served; beyond them, reading pauses."""


class Requests(Protocol):
    """Serves requests that are known."""

    async def open_websocket(
        self, request: Request, known: KnownRequest, connections: set[Any]
    ) -> bool:
        """Make a WebSocket of the request's transport. Answers False, and has done nothing, where
        Sanic is to say why not."""
        ...

    async def answer(self, request: Request, known: KnownRequest) -> Answered | None:
        """Serve a polling request. Answers None, and has done nothing, where Sanic is to."""
        ...


class SanicsConnection(HttpProtocol):
    """A connection whose requests Sanic serves."""

    @property
    def is_paused(self) -> bool:
        """Whether the transport takes no more."""
        return not self._can_write.is_set()

    def end_soon(self) -> None:
        """End it, after the answer to the request that is being served if there is one."""
        if not self.close_if_idle():
            self.http.keep_alive = False


class Front(asyncio.Protocol):
    """A connection of the HTTP server."""

    __slots__ = (
        "_answering", "_app", "_connections", "_early", "_is_last", "_loop", "_options", "_paths",
        "_requests", "_task", "_timer", "_transport", "_writable",
    )  # fmt: skip

    _transport: Any

    def __init__(
        self,
        *,
        requests: Requests,
        answering: Answering,
        paths: Collection[str],
        loop: asyncio.AbstractEventLoop,
        app: Sanic[Any, Any],
        connections: set[Any],
        **options: Any,
    ) -> None:
        """At the `paths` requests are known; the `options` and what stands before are Sanic's."""
        self._requests = requests
        self._answering = answering
        self._paths = paths
        self._loop = loop
        self._app = app
        self._connections = connections
        self._options = options
        self._early = b""
        """What has come while a request is served."""
        self._is_last = False
        """Whether the connection ends with the next answer."""
        self._task: asyncio.Task[None] | None = None
        """It serves a request."""
        self._timer: asyncio.TimerHandle | None = None
        self._writable: asyncio.Event | None = None
        """While the transport takes no more."""

    # Callbacks of the transport.

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._connections.add(self)
        self._wait(SILENCE, self._close)

    def data_received(self, data: bytes) -> None:
        if self._task is not None:
            self._early += data
            if len(self._early) > MOST_EARLY:
                self._transport.pause_reading()
            return
        self._stop_waiting()
        known = read_known(data, self._paths)
        if known is None:
            self._hand_over(data)
        else:
            self._task = self._loop.create_task(self._serve(known, data))

    def connection_lost(self, _: Exception | None) -> None:
        self._connections.discard(self)
        self._stop_waiting()
        self.resume_writing()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    @property
    def is_paused(self) -> bool:
        """Whether the transport takes no more."""
        return self._writable is not None

    # What the server asks of its connections when it stops.

    def end_soon(self) -> None:
        """End it, after the answer to the request that is being served if there is one."""
        if self._task is None:
            self._close()
        else:
            self._is_last = True

    def abort(self) -> None:
        """End it at once."""
        self._transport.abort()

    # Its requests.

    async def _serve(self, known: KnownRequest, data: bytes) -> None:
        """Serve a request, which came as that data."""
        try:
            headers = Header(known.headers)
            request = self._app.request_class(
                known.target, headers, "1.1", known.method, self._transport, self._app
            )
            if known.is_handshake:
                is_served = await self._requests.open_websocket(request, known, self._connections)
            else:
                is_served = await self._answer(request, known)
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, Exception):  # else nobody reads the answer
                logger.exception("a request could not be served")
            is_served = True
            self._transport.abort()
        self._task = None
        self._go_on(known, data, is_served=is_served)

    async def _answer(self, request: Request, known: KnownRequest) -> bool:
        if known.sid is not None:
            assert self._task is not None
            self._wait(self._app.config.RESPONSE_TIMEOUT, self._task.cancel)
        answered = await self._requests.answer(request, known)
        if answered is not None:
            if self._writable is not None:
                assert self._task is not None
                self._wait(self._app.config.RESPONSE_TIMEOUT, self._task.cancel)
                await self._writable.wait()
            self._is_last |= not known.keeps_alive or self._answering.is_leaving()
            if not self._transport.is_closing():
                encoded = self._answering.encode(request, answered, is_last=self._is_last)
                self._transport.write(encoded)
        self._stop_waiting()
        return answered is not None

    def _go_on(self, known: KnownRequest, data: bytes, *, is_served: bool) -> None:
        """Go on after a request, which came as that data."""
        if is_served and known.is_handshake:
            self._connections.discard(self)  # the WebSocket is there in its place
        if self._transport.is_closing():
            return
        early, self._early = self._early, b""
        if len(early) > MOST_EARLY:
            self._transport.resume_reading()
        if not is_served:
            self._hand_over(data + early)
        elif known.is_handshake:
            if early:
                self._transport.get_protocol().data_received(early)
        elif self._is_last:
            self._close()
        elif early:
            self.data_received(early)
        else:
            self._wait(self._app.config.KEEP_ALIVE_TIMEOUT, self._close)

    def _hand_over(self, data: bytes) -> None:
        """To Sanic, from the first byte of a request on."""
        self._connections.discard(self)
        sanics = SanicsConnection(
            loop=self._loop, app=self._app, connections=self._connections, **self._options
        )
        self._transport.set_protocol(sanics)
        sanics.connection_made(self._transport)  # type: ignore[no-untyped-call]
        if self.is_paused:  # the transport tells no protocol twice
            sanics.pause_writing()  # type: ignore[no-untyped-call]
        sanics.data_received(data)

    # Its end, and how long it takes.

    def _close(self) -> None:
        """Close it once what was answered is written, or a while later."""
        self._stop_waiting()
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._wait(self._app.config.GRACEFUL_TCP_CLOSE_TIMEOUT, self._transport.abort)

    def _wait(self, seconds: float, callback: Callable[[], object]) -> None:
        """In place of what was waited for until now."""
        self._stop_waiting()
        self._timer = self._loop.call_later(seconds, callback)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
