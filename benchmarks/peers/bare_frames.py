"""The floor of the fan-out rows: a loop that writes the same bytes to the same transports.

Nothing is parsed, checked or kept: whoever upgrades is told `auth-success` as soon as it says
something, and `POST /emit?count=N` writes its body as N frames to all of them.
"""

import asyncio
import os
from base64 import b64encode
from hashlib import sha1
from typing import cast

import uvloop
from websockets.frames import Frame, Opcode

ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3

sockets: dict[asyncio.Transport, None] = {}


def frame(text: bytes) -> bytes:
    return Frame(Opcode.TEXT, text).serialize(mask=False)


class Connection(asyncio.Protocol):
    """A socket once it has upgraded, and before that whatever posts."""

    _upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._upgraded:
            if self._transport not in sockets:
                sockets[self._transport] = None
                self._transport.write(frame(b'42["auth-success",{}]'))
        elif data.startswith(b"POST"):
            head, _, body = data.partition(b"\r\n\r\n")
            count = int(head.split()[1].partition(b"=")[2])
            frames = frame(b'42["channel-created",' + body + b"]") * count
            for transport in sockets:
                transport.write(frames)
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        else:
            self._upgraded = True
            key = data.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
            accept = b64encode(sha1(key + ACCEPT).digest())
            self._transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )

    def connection_lost(self, _: Exception | None) -> None:
        sockets.pop(self._transport, None)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(
        Connection, "127.0.0.1", int(os.environ["PORT"]), backlog=4096
    )
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
