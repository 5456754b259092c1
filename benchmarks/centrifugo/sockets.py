"""Sockets that speak Centrifugo's protocol, JSON over WebSocket, as plainly as the others.

The token names the channels that its user hears, so that a socket is subscribed with its first
answer; who comes back says in the same command where it was. A frame holds one reply or several,
each on a line.
"""

import json

from benchmarks.sockets import BUFFER, CountingSocket

_TARGET = "/connection/websocket"
_TEXT, _CLOSE = 0x81, 0x88
_PING = b"{}"
_PUSH = b'{"push":'
_CONNECTED = b'{"id":1,"connect":'


class CentrifugoSocket(CountingSocket):
    """One socket: `frames` counts the publications that it was told."""

    __slots__ = ("_is_back",)

    async def open(self, url: str, token: str, **position: object) -> None:
        """Connect, upgrade and authenticate. Who comes back gives the `channel`, and the `offset`
        and `epoch` that it has seen of it; what it has missed is counted when it is there."""
        self._is_back = bool(position)
        connect: dict[str, object] = {"token": token}
        if self._is_back:
            connect["subs"] = {position.pop("channel"): {"recover": True, **position}}
        await self._begin_websocket(url, _TARGET)
        self._send(json.dumps({"id": 1, "connect": connect}).encode())
        self.resume_reading()
        await self.authenticated

    def _take(self, end: int) -> None:
        """Go through the frames in the buffer."""
        told = 0
        for kind, begin, stop in self._whole_frames(end):
            if kind == _CLOSE:
                self._refuse(bytes(BUFFER[begin + 2 : stop]))
                return
            is_one = stop - begin > 2 and BUFFER.find(b"\n", begin, stop) < 0
            if is_one and self._on_payload is None and self.authenticated.done():
                told += 1  # most often it is one publication, and nobody looks into it
            else:
                told += sum(map(self._hear, bytes(BUFFER[begin:stop]).split(b"\n")))
        if told:
            self._count(told)

    def _hear(self, reply: bytes) -> int:
        """How many publications a reply tells."""
        if reply == _PING:
            self._send(_PING, _TEXT)
            return 0
        if reply.startswith(_PUSH):
            if self._on_payload is not None:
                self._on_payload(reply)
            return 1
        is_level = not self._is_back or b'"recovered":true' in reply
        if not reply.startswith(_CONNECTED) or b'"subs":{' not in reply or not is_level:
            self._refuse(reply)
            return 0
        self.authenticated.set_result(None)
        return reply.count(b'"data":{')

    def _refuse(self, why: bytes) -> None:
        if not self.authenticated.done():
            self.authenticated.set_exception(ConnectionRefusedError(why[:500]))
        self.abort()
