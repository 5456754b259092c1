"""The load generator, a process of its own: `python -m benchmarks.load`, the load as JSON on stdin.

Each connection sends its next request as soon as the last one is answered. Requests are prepared
and answers only counted, so that the generator costs little beside what it measures.
"""

import asyncio
import itertools
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks import cores
from benchmarks.measure import Plan, Sample

PATIENCE = 20.0
"""Seconds that the last answers may take."""

_CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True)
class Load:
    """Creates over keep-alive connections; every answer must be 201."""

    url: str
    token: str
    connections: int
    warm_up: float
    seconds: float


def create_channels(
    url: str, token: str, connections: int, plan: Plan, *, on: list[int] = cores.LOAD
) -> Sample:
    """Run the generator against a service, on a core of its own, and answer what it saw."""
    load = Load(url, token, connections, plan.warm_up, plan.seconds)
    with cores.pinned(on):
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"],
            input=json.dumps(asdict(load)),
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode != 0:
        raise RuntimeError(f"the load generator failed: {result.stderr.strip()}")
    return Sample(**json.loads(result.stdout))


class _Generator:
    """Counts what its connections see while the clock runs."""

    def __init__(self, load: Load) -> None:
        self.load = load
        parts = urlsplit(load.url)
        self.address = (parts.hostname, parts.port)
        self.failed: str | None = None
        self.latencies: list[float] = []
        self.counts_from = self.ends_at = float("inf")
        self._names = itertools.count()
        self._run = f"{time.time_ns():x}"  # names are unique over all trials
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {load.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self._body(0))}\r\n\r\n"
        ).encode()

    def _body(self, number: int) -> bytes:
        return b'{"name":"%s-%08d"}' % (self._run.encode(), number)

    def next_request(self) -> bytes:
        return self._head + self._body(next(self._names))

    async def run(self) -> Sample:
        loop = asyncio.get_running_loop()
        now = time.perf_counter()
        self.counts_from = now + self.load.warm_up
        self.ends_at = self.counts_from + self.load.seconds
        connections = [
            (await loop.create_connection(lambda: _Connection(self), *self.address))[1]
            for _ in range(self.load.connections)
        ]
        await asyncio.sleep(self.counts_from - time.perf_counter())
        busy = time.process_time()
        await asyncio.sleep(self.ends_at - time.perf_counter())
        busy = time.process_time() - busy
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(connection.closed for connection in connections))
        if self.failed or len(self.latencies) < 2:
            sys.exit(self.failed or "there were no answers")
        percentiles = quantiles(self.latencies, n=100)
        return Sample(
            value=len(self.latencies) / self.load.seconds,
            columns={
                "p50 ms": percentiles[49] * 1000,
                "p99 ms": percentiles[98] * 1000,
                "generator busy %": busy / self.load.seconds * 100,
            },
        )


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, generator: _Generator) -> None:
        self._generator = generator
        self._received = b""
        self._sent_at = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass of it
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._generator.next_request())

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _CONTENT_LENGTH.search(received, 0, end)
        if len(received) < end + 4 + (int(length[1]) if length else 0):
            return
        self._received = b""
        now = time.perf_counter()
        if not received.startswith(b"HTTP/1.1 201 "):
            self._generator.failed = f"expected 201, got {received[:500].decode()}"
            self._transport.close()
        elif now >= self._generator.ends_at:
            self._transport.close()
        else:
            if now >= self._generator.counts_from:
                self._generator.latencies.append(now - self._sent_at)
            self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if time.perf_counter() < self._generator.ends_at and not self._generator.failed:
            self._generator.failed = "a connection was lost"
        self.closed.set_result(None)


def main() -> None:
    load = Load(**json.load(sys.stdin))
    print(json.dumps(asdict(uvloop.run(_Generator(load).run()))))


if __name__ == "__main__":
    main()
