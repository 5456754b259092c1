"""Sockets that cost the load generator little: over WebSocket, authenticated, frames counted.

They are plain sockets read into one buffer, and of a frame nothing is looked at but its size.
"""

import asyncio
import json
import os
import socket
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

_TARGET = "/socket.io/?EIO=4&transport=websocket"
_HEADER_END = b"\r\n\r\n"
_PROBE_ANSWERED = b"\x81\x063probe"
_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A
BUFFER = bytearray(2_097_152)
"""What all of them are read into, one after the other."""

_VIEW = memoryview(BUFFER)


class CountingSocket:
    """One socket: `frames` counts all that came after `auth-success`, pings aside.

    `on_frames` is told how many came together, `on_payload` of each what was in it.
    """

    __slots__ = (
        "_begun", "_counts_alone", "_on_frames", "_on_payload", "_socket", "authenticated",
        "frames", "is_lost",
    )  # fmt: skip

    def __init__(
        self,
        on_frames: Callable[["CountingSocket", int], None] | None = None,
        on_payload: Callable[[bytes], None] | None = None,
    ) -> None:
        self._on_frames = on_frames
        self._on_payload = on_payload
        self._begun = b""
        self._counts_alone = False
        """Whether it is authenticated, and nobody looks into what comes."""
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self.frames = 0
        self.is_lost = False
        self.authenticated: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, url: str, token: str, **auth: object) -> None:
        """Connect, upgrade and authenticate, with more in the handshake's `auth`."""
        await self._begin_websocket(url, _TARGET)
        self._send(f"40{json.dumps({'token': token, **auth})}".encode())
        self.resume_reading()
        await self.authenticated

    async def take_over(self, url: str, session_id: str, polled: Awaitable[object]) -> None:
        """Upgrade a session that has authenticated over long-polling; `polled` is when the poll
        that stands open has returned, upon which clients switch."""
        await self._begin_websocket(url, f"{_TARGET}&sid={session_id}")
        self._send(b"2probe")
        await self._receive_until(_PROBE_ANSWERED)
        self.authenticated.set_result(None)
        self._counts_alone = self._on_payload is None
        self.resume_reading()
        begun = len(self._begun)
        BUFFER[:begun] = self._begun
        self._take(begun)  # the WebSocket's ping, most often; once it is answered the poll returns
        await polled
        self._send(b"5")

    async def _begin_websocket(self, url: str, target: str) -> None:
        parts = urlsplit(url)
        await asyncio.get_running_loop().sock_connect(self._socket, (parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = b64encode(os.urandom(16)).decode()
        self._socket.send(
            f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        await self._receive_until(_HEADER_END)

    async def _receive_until(self, end: bytes) -> None:
        """What comes behind it is kept."""
        received = self._begun
        while end not in received:
            more = await asyncio.get_running_loop().sock_recv(self._socket, 4_096)
            if not more:
                raise ConnectionResetError(received)
            received += more
        self._begun = received.partition(end)[2]

    def pause_reading(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)

    def resume_reading(self) -> None:
        asyncio.get_running_loop().add_reader(self._socket, self.read)

    def fileno(self) -> int:
        return self._socket.fileno()

    def abort(self) -> None:
        """End the connection without a word."""
        if not self.is_lost:
            self.is_lost = True
            self.pause_reading()
            self._socket.close()

    def read(self) -> None:
        """Take in what has come: for whoever does not leave that to the event loop."""
        place = len(self._begun)
        if place:
            BUFFER[:place] = self._begun
        try:
            received = self._socket.recv_into(_VIEW[place:] if place else BUFFER)
        except BlockingIOError:
            return
        except OSError:
            received = 0
        if received == 0:
            self.abort()
        elif (
            BUFFER[1] == 126
            and received == (BUFFER[2] << 8) + BUFFER[3] + 4
            and not place
            and self._counts_alone
        ):
            self._count(1)  # most often it is one event, and nothing else
        else:
            self._take(place + received)

    def _count(self, frames: int) -> None:
        self.frames += frames
        if self._on_frames is not None:
            self._on_frames(self, frames)

    def _take(self, end: int) -> None:
        """Go through the frames in the buffer."""
        frames = 0
        for kind, begin, stop in self._whole_frames(end):
            if kind == _PING:
                self._send(bytes(BUFFER[begin:stop]), _PONG)
            elif stop - begin == 1:
                self._send(b"3")  # engine.io's ping, answered
            elif self.authenticated.done():
                frames += 1
                if self._on_payload is not None:
                    self._on_payload(bytes(BUFFER[begin:stop]))
            elif BUFFER.startswith(b'42["auth-success"', begin):
                self.authenticated.set_result(None)
                self._counts_alone = self._on_payload is None
        if frames:
            self._count(frames)

    def _whole_frames(self, end: int) -> Iterator[tuple[int, int, int]]:
        """Of each frame in the buffer its first byte, and where its payload begins and ends
        (RFC 6455, 5.2); what has only begun is kept."""
        place = 0
        while place + 1 < end:
            size, begin = BUFFER[place + 1], place + 2
            if size >= 126:
                begin += 2 if size == 126 else 8
                size = int.from_bytes(BUFFER[place + 2 : begin], "big")
            if begin + size > end:
                break
            yield BUFFER[place], begin, begin + size
            place = begin + size
        self._begun = bytes(BUFFER[place:end])

    def _send(self, payload: bytes, kind: int = _TEXT) -> None:
        """One masked frame (RFC 6455, 5.3); a mask of zeros leaves the payload as it is."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._socket.send(bytes([kind]) + length + bytes(4) + payload)


async def open_sockets(
    url: str,
    tokens: Sequence[str],
    *,
    kind: type[CountingSocket] = CountingSocket,
    on_frames: Callable[[CountingSocket, int], None] | None = None,
    at_once: int = 50,
) -> list[CountingSocket]:
    """An authenticated socket for each token, at most `at_once` of them on their way at a time."""
    sockets = [kind(on_frames) for _ in tokens]
    waiting = iter(zip(sockets, tokens, strict=True))

    async def open_next() -> None:
        for each, token in waiting:
            await each.open(url, token)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(open_next())
    return sockets


def abort_sockets(sockets: Iterable[CountingSocket]) -> None:
    """End all connections without a word."""
    for each in sockets:
        each.abort()
