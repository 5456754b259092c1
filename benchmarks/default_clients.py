"""Clients that connect as the stock JavaScript client does by default: polling, then WebSocket.

What goes over the wire is the same, in the same order: once the session is open, CONNECT is posted,
a poll stands open and a WebSocket is probed, all at the same time; when the probe is answered and
the poll has returned, the client switches, and what comes from then on comes over the WebSocket.
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from benchmarks.servers import Server
from benchmarks.sockets import CountingSocket

PATIENCE = 60.0

_TARGET = "/socket.io/?EIO=4&transport=polling"
_SESSION_ID = re.compile(rb'"sid":"([^"]+)"')
_CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_AUTHENTICATED = b"auth-success"


class _Http:
    """One keep-alive connection; requests on it follow one another."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)

    async def ask(self, method: str, target: str, body: str = "") -> bytes:
        """The body of the answer, which must be 200."""
        self._writer.write(
            f"{method} {target} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
            f"{body}".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        size = _CONTENT_LENGTH.search(head)
        answer = await self._reader.readexactly(int(size[1]) if size else 0)
        assert head.startswith(b"HTTP/1.1 200 "), head + answer
        return answer

    async def __aenter__(self) -> "_Http":
        address = self._address.hostname, self._address.port
        self._reader, self._writer = await asyncio.open_connection(*address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()


class DefaultClient:
    """One client; `socket` is its WebSocket. `on_payload` is told what comes, in polls as well."""

    def __init__(self, on_payload: Callable[[bytes], None] = lambda _: None) -> None:
        self.socket = CountingSocket(on_payload=self._heard)
        self._on_payload = on_payload
        self._authenticated = asyncio.Event()
        self._switches = False

    async def open(self, url: str, token: str, **auth: object) -> None:
        """Connect until it is authenticated and has switched; with more in CONNECT's `auth`. Raises
        OSError where the upgrade fails."""
        async with _Http(url) as polls, _Http(url) as posts:
            found = _SESSION_ID.search(await polls.ask("GET", _TARGET))
            assert found is not None
            session_id = found[1].decode()
            target = f"{_TARGET}&sid={session_id}"
            polling = asyncio.create_task(self._poll(polls, target))
            connecting = f"40{json.dumps({'token': token, **auth})}"
            posting = asyncio.create_task(posts.ask("POST", target, connecting))
            try:
                await self.socket.take_over(url, session_id, self._paused(polling, posting))
            finally:
                polling.cancel()
                posting.cancel()
            await self._authenticated.wait()

    async def _poll(self, polls: _Http, target: str) -> None:
        while not self._switches:
            self._heard(await polls.ask("GET", target))

    async def _paused(self, *tasks: "asyncio.Task[object]") -> None:
        """The probe is answered: wait for the requests that are open, and ask no more."""
        self._switches = True
        await asyncio.gather(*tasks)

    def _heard(self, payload: bytes) -> None:
        if _AUTHENTICATED in payload:
            self._authenticated.set()
        self._on_payload(payload)


async def open_by_default(
    server: Server, tokens: Sequence[str], at_once: int
) -> list[CountingSocket]:
    """A client for each token, at most `at_once` of them on their way at a time."""
    sockets: list[CountingSocket] = []
    waiting = iter(tokens)

    async def open_next() -> None:
        for token in waiting:
            client = DefaultClient()
            await client.open(server.url, token)
            sockets.append(client.socket)

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(open_next())
    return sockets
