"""How long a channel takes from the request that creates it to the socket that hears of it.

Requests are due at a steady rate, however long others take, and the clock of each runs from then,
also while it waits for a connection. So a service that falls behind shows it.
"""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from statistics import quantiles
from urllib.parse import urlsplit

from benchmarks.protocols import SOCKET_IO, WORKSPACE, Protocol

CONNECTIONS = 32
PATIENCE = 30.0
FEWEST = 2
"""Latencies that a percentile can be told of."""

_HEARD_OF = b"HTTP/1.1 201 ", b"HTTP/1.1 409 ", b"HTTP/1.1 200 "
"""What says that the channel is created, was so already, or is published."""

_NAME = re.compile(rb'"name":"[^"]*-(\d+)"')


class Hearing:
    """One socket that hears, and the connections that create; `latencies` are in seconds."""

    def __init__(
        self,
        url: str,
        token: str,
        workspace: str = WORKSPACE,
        protocol: Protocol = SOCKET_IO,
    ) -> None:
        self._url = url
        self._protocol = protocol
        self._workspace = workspace
        self._token = token
        self._run = f"{time.time_ns():x}"
        self._numbers = count()
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._due_at: dict[int, float] = {}
        self._none_missing = asyncio.Event()
        self._none_missing.set()
        self.latencies: list[float] = []

    async def create(self, rate: float, until: Callable[[float], bool]) -> None:
        """Create so many channels a second, and wait until all are heard.

        `until` is asked with the seconds since the socket listens. It takes longer than that where
        fewer were due than a percentile needs, as beside a flood that keeps all waiting.
        """
        socket = self._protocol.socket(on_payload=self._heard)
        await socket.open(self._url, self._token)
        async with asyncio.TaskGroup() as tasks:
            creating = [tasks.create_task(self._creator()) for _ in range(CONNECTIONS)]
            due = began = time.perf_counter()
            while len(self.latencies) + len(self._due_at) < FEWEST or not until(
                time.perf_counter() - began
            ):
                due += 1 / rate
                await asyncio.sleep(max(0, due - time.perf_counter()))
                number = next(self._numbers)
                self._due_at[number] = time.perf_counter()  # timers count milliseconds
                self._none_missing.clear()
                self._due.put_nowait(number)
            async with asyncio.timeout(PATIENCE):
                await self._none_missing.wait()
            for each in creating:
                each.cancel()
        socket.abort()

    def forget(self) -> None:
        """Take no account of what was seen so far."""
        self.latencies.clear()

    def _heard(self, payload: bytes) -> None:
        name = _NAME.search(payload)
        due_at = self._due_at.pop(int(name[1]), None) if name is not None else None
        if due_at is not None:
            self.latencies.append(time.perf_counter() - due_at)
        if not self._due_at:
            self._none_missing.set()

    async def _creator(self) -> None:
        """One keep-alive connection."""
        parts = urlsplit(self._url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = (
            f"Host: {parts.netloc}\r\nAuthorization: Bearer {self._token}\r\n"
            "Content-Type: application/json\r\n"
        )
        with suppress(asyncio.CancelledError):
            while True:
                number = await self._due.get()
                name = f"{self._run}-{number}"
                target, body = self._protocol.creation(self._workspace, name)
                request = (
                    f"POST {target} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}"
                )
                writer.write(request.encode())
                answer = await reader.readuntil(b"\r\n\r\n")
                size = re.search(rb"(?i)content-length: *(\d+)", answer)
                more = await reader.readexactly(int(size[1]) if size else 0)
                if answer.startswith(b"HTTP/1.1 503 "):
                    self._due.put_nowait(number)  # the clock of this one goes on
                elif not answer.startswith(_HEARD_OF) or b'"error":' in more:
                    raise AssertionError(answer + more)
        writer.close()


def milliseconds(latencies: list[float]) -> tuple[float, float]:
    """The 50th and the 99th percentile."""
    percentiles = quantiles(latencies, n=100)
    return percentiles[49] * 1000, percentiles[98] * 1000
