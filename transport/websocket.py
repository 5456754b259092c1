"""A WebSocket under Engine.IO: python-engineio's and Sanic's, with what they leave open closed.

It serves where KANAL_DELIVERY is `stock`; `direct_websocket` is the other.

- a packet that cannot be read would raise past all that cleans up: it ends the connection;
- text that is not UTF-8 would be dropped, with the connection left waiting: it ends it;
- an upgrade that breaks off would leave its polling session deaf for ever: it is as before;
- an end of the connection would look like a cancelled task: it is an OSError, as elsewhere;
- whatever way the connection ends, its session ends with it, and its transport can be cut.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from engineio.async_drivers import sanic as eio_sanic
from sanic.exceptions import SanicException
from sanic.server.websockets.frame import WebsocketFrameAssembler

from transport.errors import Malformed
from transport.packets import parse_packet

INVALID_DATA = 1007
"""The close code of a WebSocket (RFC 6455, 7.4.1) for text that is not UTF-8."""


class WebSocket(eio_sanic.WebSocket):  # type: ignore[misc]
    """One WebSocket, from its handshake to its end; its Engine.IO socket knows it."""

    is_lost = False
    """It may have ended already, which cannot be told."""

    async def __call__(self, environ: dict[str, Any]) -> None:
        """Serve it to its end. There is no answer: the connection is no HTTP any more."""
        socket = self.handler.__self__
        if socket.upgrading:
            raise Malformed("this session is being upgraded already")
        socket.websocket = self
        try:
            await self._open(environ)
            with suppress(OSError):
                await self.handler(self)
                await self.close()
        finally:
            socket.upgrading = False
            if self._sock is not None:
                self._sock.assembler.end()
            if socket.upgraded or not socket.connected:
                reason = self.server.reason.TRANSPORT_CLOSE
                await socket.close(wait=False, abort=True, reason=reason)

    async def _open(self, environ: dict[str, Any]) -> None:
        request = environ["sanic.request"]
        sock = await request.transport.get_protocol().websocket_handshake(request)
        sock.assembler = _Assembler(sock)
        self._sock = sock

    async def wait(self) -> Any:
        with _ends_as_os_error():
            data = await super().wait()
        try:
            parse_packet(data)
        except ValueError:
            raise OSError("not an engine.io packet") from None
        return data

    async def send(self, message: Any) -> None:
        with _ends_as_os_error():
            await super().send(message)

    async def close(self) -> None:
        with _ends_as_os_error():
            await super().close()

    def cut(self) -> None:
        protocol = self._sock.io_proto if self._sock is not None else None
        if protocol is not None and protocol.transport is not None:
            protocol.transport.abort()


@contextmanager
def _ends_as_os_error() -> Iterator[None]:
    """Sanic tells of a connection that has ended by its own exceptions or by CancelledError."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise OSError("the connection has ended") from None
    except SanicException:
        raise OSError("the connection has ended") from None


class _Assembler(WebsocketFrameAssembler):
    """Puts frames together to messages, until its end."""

    ended = False

    async def put(self, frame: Any) -> None:
        if self.ended:
            return
        try:
            await super().put(frame)
        except UnicodeDecodeError:
            self.protocol.fail_connection(INVALID_DATA)

    def end(self) -> None:
        """Take no more frames, and let go of one that waits to be read."""
        self.ended = True
        self.message_fetched.set()
