"""A WebSocket under Engine.IO: python-engineio's and Sanic's, with what they leave open closed.

- a packet that cannot be read would raise past all that cleans up: it ends the connection;
- text that is not UTF-8 would be dropped, with the connection left waiting: it ends it;
- an upgrade that breaks off would leave its polling session deaf for ever: it is as before;
- whatever way the connection ends, its session ends with it, and its transport can be cut.
"""

from typing import Any

from engineio.async_drivers import sanic as eio_sanic
from sanic.exceptions import SanicException
from sanic.server.websockets.frame import WebsocketFrameAssembler

from transport.errors import Malformed
from transport.packets import check_packet

INVALID_DATA = 1007
"""The close code of a WebSocket (RFC 6455, 7.4.1) for text that is not UTF-8."""


class WebSocket(eio_sanic.WebSocket):  # type: ignore[misc]
    """One WebSocket, from its handshake to its end; its Engine.IO socket knows it."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        socket = self.handler.__self__
        if socket.upgrading:
            raise Malformed("this session is being upgraded already")
        request = environ["sanic.request"]
        socket.websocket = self
        try:
            self._sock = await request.transport.get_protocol().websocket_handshake(request)
            self._sock.assembler = assembler = _Assembler(self._sock)
            try:
                await self.handler(self)
                await self.close()
            finally:
                assembler.end()
        except SanicException:
            raise Malformed("the WebSocket handshake is not as it must be") from None
        finally:
            socket.upgrading = False
            if socket.upgraded or not socket.connected:
                reason = self.server.reason.TRANSPORT_CLOSE
                await socket.close(wait=False, abort=True, reason=reason)
        return self.server._ok()

    async def wait(self) -> Any:
        data = await super().wait()
        try:
            check_packet(data)
        except ValueError:
            raise OSError("not an engine.io packet") from None
        return data

    def cut(self) -> None:
        protocol = self._sock.io_proto if self._sock is not None else None
        if protocol is not None and protocol.transport is not None:
            protocol.transport.abort()


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
