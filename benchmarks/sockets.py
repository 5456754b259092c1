"""Sockets that cost the load generator little: over WebSocket, authenticated, frames counted."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

_HEADER_END = b"\r\n\r\n"


class CountingSocket(asyncio.Protocol):
    """One socket: `frames` counts all that came after `auth-success`, `last` is the latest."""

    def __init__(self, host: str, token: str, on_frame: Callable[[], None]) -> None:
        self._host = host
        self._token = token
        self._on_frame = on_frame
        self._received = b""
        self._is_upgraded = False
        self.frames = 0
        self.last = b""
        self.is_lost = False
        self.authenticated: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        key = b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        if not self._is_upgraded:
            end = received.find(_HEADER_END)
            if end < 0:
                self._received = received
                return
            self._is_upgraded = True
            received = received[end + 4 :]
            self._send(f'40{{"token":"{self._token}"}}'.encode())
        place = 0
        while (frame_end := _end_of_frame(received, place)) is not None:
            begin, end = frame_end
            self._take(received, begin, end)
            place = end
        self._received = received[place:]

    def connection_lost(self, _: Exception | None) -> None:
        self.is_lost = True

    def _take(self, received: bytes, begin: int, end: int) -> None:
        if received.startswith(b"2", begin) and end - begin == 1:
            self._send(b"3")  # a ping, answered
        elif self.authenticated.done():
            self.frames += 1
            self.last = received[begin:end]
            self._on_frame()
        elif received.startswith(b'42["auth-success"', begin):
            self.authenticated.set_result(None)

    def _send(self, payload: bytes) -> None:
        """One masked text frame (RFC 6455, 5.3); a mask of zeros leaves the payload as it is."""
        size = len(payload)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self.transport.write(head + bytes(4) + payload)


def _end_of_frame(received: bytes, place: int) -> tuple[int, int] | None:
    """Where the payload of the frame at a place begins and ends, if it is whole."""
    if len(received) < place + 2:
        return None
    size, begin = received[place + 1], place + 2
    if size >= 126:
        begin += 2 if size == 126 else 8
        if len(received) < begin:
            return None
        size = int.from_bytes(received[place + 2 : begin], "big")
    return (begin, begin + size) if len(received) >= begin + size else None


async def open_sockets(
    url: str, token: str, count: int, on_frame: Callable[[], None] = lambda: None
) -> list[CountingSocket]:
    """So many authenticated sockets, some at a time."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    sockets: list[CountingSocket] = []
    while len(sockets) < count:
        opened = await asyncio.gather(
            *(
                loop.create_connection(
                    lambda: CountingSocket(parts.netloc, token, on_frame),
                    parts.hostname,
                    parts.port,
                )
                for _ in range(min(50, count - len(sockets)))
            )
        )
        protocols = [protocol for _, protocol in opened]
        await asyncio.gather(*(protocol.authenticated for protocol in protocols))
        sockets += protocols
    return sockets
