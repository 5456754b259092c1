"""The sending half of a WebSocket: frames are written at once while the transport takes them.

While it does not, they wait here, in order. The transport's own write buffer is kept at the
low-water mark, so that it tells when more can be sent.
"""

import asyncio
from collections import deque

from engineio.packet import CLOSE, Packet
from websockets.frames import CloseCode
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.packets import Burst, Message, frame_of
from transport.socketio.sender import Sender, low_water_mark

CLOSE_TIMEOUT_SECONDS = 1.0
"""How long a client may take to end a connection that was closed to it."""


class WebSocketWriter(asyncio.BaseProtocol, Sender):
    """Sends over one WebSocket, and ends it; `high_water_mark` is in bytes."""

    __slots__ = (
        "_high_water_mark", "_is_closing", "_is_paused", "_is_writable", "_low", "_protocol",
        "_transport", "_waiting", "_waiting_bytes", "is_lost",
    )  # fmt: skip

    def __init__(
        self, protocol: ServerProtocol, transport: asyncio.Transport, high_water_mark: int
    ) -> None:
        self._protocol = protocol
        self._transport = transport
        self._high_water_mark = high_water_mark
        self._waiting: deque[bytes] | None = None  # None: an idle WebSocket keeps no deque
        self._waiting_bytes = 0
        self._low: asyncio.Event | None = None  # while somebody waits for it
        self._is_paused = False  # the transport asked for a pause
        self._is_closing = False  # nothing more is sent
        self._is_writable = True  # frames can be written to the transport at once
        self.is_lost = False  # the client is gone
        transport.set_write_buffer_limits(low_water_mark(high_water_mark))

    def push(self, sent: Message | Burst) -> bool:
        if self._is_writable:
            self._transport.write(sent.frames)
            if self._is_writable:
                return False
        elif not self._is_closing and not self.is_lost:
            self._wait(sent.frames)
        return self.unsent > self._high_water_mark

    def put_nowait(self, packet: Packet) -> None:
        # Engine.IO's CLOSE would tell python-engineio's client to stay away: a close frame instead.
        if packet.packet_type == CLOSE:
            self.send_close()
        elif self._is_writable:
            self._transport.write(frame_of(packet))
        elif not self._is_closing and not self.is_lost:
            self._wait(frame_of(packet))

    def ping(self) -> None:
        """Ask the client's side of the WebSocket whether what was sent before has come there; its
        reader is told when it has."""
        if self._is_open:
            self._protocol.send_ping(b"")
            self._write_protocol_data()

    async def put(self, packet: Packet) -> None:
        self.put_nowait(packet)

    @property
    def unsent(self) -> int:
        return 0 if self.is_lost else self._waiting_bytes + self._transport.get_write_buffer_size()

    @property
    def is_low(self) -> bool:
        """Whether the transport takes what is sent, or nothing is sent any more."""
        return self._is_writable or self._is_closing or self.is_lost

    async def wait_until_low(self) -> None:
        while not self.is_low:
            if self._low is None:
                self._low = asyncio.Event()
            await self._low.wait()

    def answer_poll(self) -> None:
        """A WebSocket has no polling requests."""

    def hold_poll(self) -> None:
        """As above."""

    def release_poll(self) -> None:
        """As above."""

    def break_held_poll(self) -> None:
        """As above."""

    # Its end.

    def close(self) -> None:
        # By the end of TCP alone. RFC 6455 wants a close frame first, unless the other side is
        # unlikely to process it (7.1.7), and allows any means that is necessary (7.1.1). Such a
        # side is OkHttp, under the Java client: it stops reading at a close frame and tells nobody,
        # so that 45 s pass until pings are missed. The end of TCP is an abnormal closure to every
        # client (1006, 7.1.5), and from that they recover by connecting again (7.2.3).
        if not self._transport.can_write_eof():  # TLS
            self.send_close()
            return
        if self._is_open:
            self._protocol.fail(CloseCode.ABNORMAL_CLOSURE)
            self._write_protocol_data()
        self._start_closing()

    def send_close(self, code: int = CloseCode.GOING_AWAY) -> None:
        """Send a close frame after all that waits; the client is to answer it and to end TCP."""
        if self._is_open:
            self._protocol.send_close(code)
            self._write_protocol_data()
        self._start_closing()

    def abort(self) -> None:
        self._drop_waiting()
        self._transport.abort()

    def abort_soon(self) -> None:
        """Abort unless the client ends the connection within CLOSE_TIMEOUT_SECONDS."""
        if not self.is_lost:
            asyncio.get_running_loop().call_later(CLOSE_TIMEOUT_SECONDS, self.abort)

    @property
    def _is_open(self) -> bool:
        return self._protocol.state is State.OPEN and not self._is_closing and not self.is_lost

    def _start_closing(self) -> None:
        """Send nothing more than what waits, and abort soon."""
        if not self._is_closing:
            self._is_closing = True
            self._is_writable = False
            self._wake_waiters()
            self.abort_soon()

    def _stop_sending(self) -> None:
        """Drop all that waits: the client is gone."""
        self.is_lost = True
        self._is_writable = False
        self._drop_waiting()
        self._wake_waiters()

    # Callbacks of the transport: its buffer exceeds the low-water mark, or has been written out.

    def pause_writing(self) -> None:
        self._is_paused = True
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_paused = False
        while self._waiting and not self._is_paused:
            frames = self._waiting.popleft()
            self._waiting_bytes -= len(frames)
            self._write(frames)
        if not self._waiting and not self._is_paused:
            self._waiting = None
            self._is_writable = not self._is_closing and not self.is_lost
            self._wake_waiters()

    def _write_protocol_data(self) -> None:
        """Write what websockets' protocol wants sent: pongs, close frames, the end of TCP."""
        for data in self._protocol.data_to_send():
            if self._waiting or self._is_paused:
                self._wait(data)
            elif not self.is_lost:
                self._write(data)

    def _write(self, data: bytes) -> None:
        """Write frames; empty data is the protocol's way to ask for the end of the stream."""
        if data:
            self._transport.write(data)
        elif self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _wait(self, frames: bytes) -> None:
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(frames)
        self._waiting_bytes += len(frames)

    def _drop_waiting(self) -> None:
        self._waiting, self._waiting_bytes = None, 0

    def _wake_waiters(self) -> None:
        if self._low is not None:
            self._low.set()
            self._low = None
