"""A WebSocket on a transport that Sanic has let go of: websockets' own protocol, and no task.

While it is idle it is this object, the protocol's state and nothing else. What is sent is written
at once as long as the transport takes it, and waits here while it does not.
"""

import asyncio
import logging
from collections import deque
from typing import Any, Protocol, cast

from engineio.packet import CLOSE, Packet
from sanic.exceptions import SanicException
from sanic.request import Request
from websockets.datastructures import Headers
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.packets import MAX_MESSAGE_SIZE, Burst, Message, frame_of
from transport.socketio.polling import LOW_PART

logger = logging.getLogger(__name__)

CLOSES_WITHIN = 1.0
"""Seconds that a client gets to take in the end of a WebSocket."""

_DATA = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class Reader(Protocol):
    """Whoever is told what comes over a WebSocket."""

    def received(self, data: str | bytes) -> None:
        """A message came."""

    def ended(self) -> None:
        """The WebSocket is no more; `cut` frees what is left of it."""


class DirectWebSocket(asyncio.Protocol):
    """One WebSocket, from its handshake to its end."""

    __slots__ = (
        "_cleared", "_connections", "_is_clear", "_is_ending", "_is_paused", "_is_text", "_limit",
        "_parts", "_protocol", "_transport", "_waiting", "_waiting_size", "is_lost", "reader",
    )  # fmt: skip

    def __init__(
        self,
        protocol: ServerProtocol,
        transport: asyncio.Transport,
        connections: set[Any],
        reader: Reader,
        limit: int,
    ) -> None:
        self._protocol = protocol
        self._transport = transport
        self._connections = connections
        self._limit = limit
        self._parts: list[bytes] | None = None
        self._is_text = True
        self._waiting: deque[bytes] | None = None
        self._waiting_size = 0
        self._cleared: asyncio.Event | None = None
        self._is_paused = self._is_ending = False
        self._is_clear = True  # what is sent can be written at once
        self.reader = reader
        self.is_lost = False

    @classmethod
    def take_over(cls, request: Request, reader: Reader, limit: int) -> "DirectWebSocket":
        """Answer the handshake, and take the transport from Sanic; `limit` is how many bytes may
        wait to be sent. Raises SanicException."""
        protocol = ServerProtocol(state=State.OPEN, max_size=MAX_MESSAGE_SIZE, logger=logger)
        response = protocol.accept(Handshake(request.path, Headers(request.headers)))
        if response.status_code != 101:
            raise SanicException(bytes(response.body), response.status_code)
        transport = cast(asyncio.Transport, request.transport)
        sanic = cast(Any, transport.get_protocol())
        websocket = cls(protocol, transport, sanic.connections, reader, limit)
        transport.write(response.serialize())
        sanic.transport = None  # when its task ends, it closes none
        sanic.connections.discard(sanic)
        sanic.connections.add(websocket)  # of those that the server ends when it stops
        transport.set_protocol(websocket)
        transport.set_write_buffer_limits(limit // LOW_PART)
        transport.resume_reading()  # Sanic pauses where much has come
        if sanic.recv_buffer:
            loop = asyncio.get_running_loop()
            loop.call_soon(websocket.data_received, bytes(sanic.recv_buffer))
        return websocket

    # What an outbox does for polling: it takes the place of one.

    def push(self, sent: Message | Burst) -> bool:
        """Send messages behind all that waits; never waits. Whether more waits now than may. After
        the end it does nothing."""
        if self._is_clear:
            self._transport.write(sent.frames)
            if self._is_clear:
                return False
        elif not self._is_ending and not self.is_lost:
            self._wait(sent.frames)
        return self.unsent > self._limit

    def put_nowait(self, packet: Packet) -> None:
        """The same for a packet. CLOSE closes the WebSocket and is not sent: to python-engineio's
        client it would mean not to come back."""
        if packet.packet_type == CLOSE:
            self.close()
        elif self._is_clear:
            self._transport.write(frame_of(packet))
        elif not self._is_ending and not self.is_lost:
            self._wait(frame_of(packet))

    async def put(self, packet: Packet) -> None:
        self.put_nowait(packet)

    @property
    def unsent(self) -> int:
        """Bytes that wait to be sent."""
        return 0 if self.is_lost else self._waiting_size + self._transport.get_write_buffer_size()

    @property
    def is_idle(self) -> bool:
        return self.unsent == 0

    @property
    def has_room(self) -> bool:
        """Whether the transport takes what is sent, or nothing is sent any more."""
        return self._is_clear or self._is_ending or self.is_lost

    async def room(self) -> None:
        """Wait for `has_room`."""
        while not self.has_room:
            if self._cleared is None:
                self._cleared = asyncio.Event()
            await self._cleared.wait()

    def end(self) -> None:
        """Forget all that waits to be sent."""
        self._waiting, self._waiting_size = None, 0

    def end_poll(self) -> None:
        """There is none."""

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self.is_lost:
            self._transport.resume_reading()

    def let_go(self) -> None:
        """End it, behind all that waits, so that the client comes back by itself."""
        # By the end of TCP alone. RFC 6455 wants a close frame first, unless the other side is
        # unlikely to process it (7.1.7), and allows any means that is necessary (7.1.1). Such a
        # side is OkHttp, under the Java client: it stops reading at a close frame and tells nobody,
        # so that 45 s pass until pings are missed. The end of TCP is an abnormal closure to every
        # client (1006, 7.1.5), and from that they recover by coming back (7.2.3).
        if not self._transport.can_write_eof():  # TLS
            self.close()
            return
        if self._is_open:
            self._protocol.fail(CloseCode.ABNORMAL_CLOSURE)
            self._write_answers()
        self._end()

    def close(self, code: int = CloseCode.GOING_AWAY) -> None:
        """Say that it ends, and end it when the client has answered, or does not."""
        if self._is_open:
            self._protocol.send_close(code)
            self._write_answers()
        self._end()

    def cut(self) -> None:
        """End it at once."""
        self._transport.abort()

    # What is asked of Sanic's connections when the server stops.

    @property
    def websocket(self) -> "DirectWebSocket":
        return self

    def abort(self) -> None:
        self.cut()

    # What the transport tells.

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in _DATA:
                self._take(event)
        self._write_answers()
        if self._protocol.state is not State.OPEN:
            self._end()

    def pause_writing(self) -> None:
        self._is_paused = True
        self._is_clear = False

    def resume_writing(self) -> None:
        self._is_paused = False
        while self._waiting and not self._is_paused:
            frames = self._waiting.popleft()
            self._waiting_size -= len(frames)
            self._write(frames)
        if not self._waiting and not self._is_paused:
            self._waiting = None
            self._is_clear = not self._is_ending
            self._tell_of_room()

    def eof_received(self) -> bool:
        """The client is gone; its reader cuts the connection when it comes to that. Where many are
        gone at once, the loop would end all of their connections before it does anything else."""
        self._lose()
        return True  # stays open until then

    def connection_lost(self, _: Exception | None) -> None:
        self._connections.discard(self)
        self._lose()

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = True
            self._is_clear = False
            self._waiting = None
            self._tell_of_room()
            self.reader.ended()

    def _take(self, frame: Frame) -> None:
        """A part of a message, most often all of it."""
        if self._is_ending:
            return
        data = bytes(frame.data)
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

    @property
    def _is_open(self) -> bool:
        return self._protocol.state is State.OPEN and not self._is_ending and not self.is_lost

    def _write_answers(self) -> None:
        """Write what the protocol has to say: pongs, and the end."""
        for data in self._protocol.data_to_send():
            if self._waiting or self._is_paused:
                self._wait(data)
            elif not self.is_lost:
                self._write(data)

    def _write(self, data: bytes) -> None:
        """Write frames, or, where there are none, the end of the stream."""
        if data:
            self._transport.write(data)
        elif self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _end(self) -> None:
        """Send no more, and let the client take in the end for a while."""
        if not self._is_ending:
            self._is_ending = True
            self._is_clear = False
            self._tell_of_room()
            asyncio.get_running_loop().call_later(CLOSES_WITHIN, self.cut)

    def _wait(self, frames: bytes) -> None:
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(frames)
        self._waiting_size += len(frames)

    def _tell_of_room(self) -> None:
        if self._cleared is not None:
            self._cleared.set()
            self._cleared = None
