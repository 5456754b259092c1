"""A WebSocket on a transport that was Sanic's: websockets' protocol between two sets of callbacks.

It has no task and no queue; while it is idle it is this object and the protocol's state. This file
is its receiving half, `websocket_writer` the sending one, and `handshake` its beginning.
"""

import asyncio
from typing import Any, Protocol

from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.websocket_writer import WebSocketWriter


class _Nobody:
    """The reader of a WebSocket that has ended."""

    def received(self, data: str | bytes) -> None: ...

    def reached(self) -> None: ...

    def lost(self) -> None: ...


NOBODY = _Nobody()

_DATA = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class Reader(Protocol):
    """Whoever is told what comes over a WebSocket."""

    def received(self, data: str | bytes) -> None:
        """A message came."""

    def reached(self) -> None:
        """What was sent before the latest `ping` has come to the client."""

    def lost(self) -> None:
        """The client is gone. Told once; the reader is to call `abort` when it is done."""


class WebSocket(WebSocketWriter, asyncio.Protocol):
    """One WebSocket, from its handshake to its end."""

    __slots__ = ("_connections", "_is_text", "_parts", "reader")

    def __init__(
        self,
        protocol: ServerProtocol,
        transport: asyncio.Transport,
        connections: set[Any],
        reader: Reader,
        high_water_mark: int,
    ) -> None:
        """`connections` are those that the HTTP server ends when it stops; `high_water_mark` is in
        bytes."""
        super().__init__(protocol, transport, high_water_mark)
        self._connections = connections
        self._parts: list[bytes] | None = None  # of a message whose last frame has not come
        self._is_text = True  # the message that is being received
        self.reader = reader
        connections.add(self)

    def end_soon(self) -> None:
        """The HTTP server asks this of each of its connections when it stops. A WebSocket is ended
        with its session, after a flush."""

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self.is_lost:
            self._transport.resume_reading()

    # Callbacks of the transport.

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in _DATA:
                self._receive(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
                self.reader.reached()
        self._write_protocol_data()
        if self._protocol.state is not State.OPEN:
            self._start_closing()

    def eof_received(self) -> bool:
        # True keeps the transport until the reader aborts it: when many clients are gone at once,
        # the event loop would close all of their transports before it does anything else. One of
        # TLS it does not keep, and warns.
        self._lose()
        return self._transport.can_write_eof()

    def connection_lost(self, _: Exception | None) -> None:
        self._connections.discard(self)
        self._lose()
        # Without cycles all of it is freed at once, and the collector finds nothing.
        self._protocol.parser.close()
        self.reader = NOBODY

    def _lose(self) -> None:
        if not self.is_lost:
            self._stop_sending()
            self.reader.lost()

    def _receive(self, frame: Frame) -> None:
        """Tell the reader of a message once its last frame has come; most have one frame."""
        if self._is_closing:
            return
        data = bytes(frame.data)
        frame.data = b""  # the parser keeps the latest frame, which may hold a token
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        if not frame.fin or self._parts is not None:
            self._parts = [*(self._parts or ()), data]
            if not frame.fin:
                return
            data, self._parts = b"".join(self._parts), None
        if not self._is_text:
            self.reader.received(data)
            return
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA)
        else:
            self.reader.received(text)
