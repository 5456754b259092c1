"""The row `streams`: streams of the feed beside as many sockets, to which one event at a time
happens."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from statistics import median
from urllib.parse import urlsplit

import httpx
import uvloop

from benchmarks import cores, cpu
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import abort_sockets, open_sockets
from tests.support.tokens import token

LISTENERS = 1_000
WORKSPACE = "bench"
PATIENCE = 30.0

Heard = Callable[[], None]
Listening = Callable[[Server, str, int, Heard], AbstractAsyncContextManager[None]]


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    listeners = max(20, int(plan.scale * LISTENERS))
    with kanal(server_url) as server:
        trial = partial(_trial, server, listeners)
        yield [
            Contender("streams", "ours", partial(trial, _streams)),
            Contender("sockets", "peer", partial(trial, _sockets), target=1 / 1.3),
        ]


def _trial(server: Server, listeners: int, listening: Listening, plan: Plan) -> Sample:
    with cores.pinned(cores.LOAD):
        return uvloop.run(_hear(server, listeners, listening, plan))


async def _hear(server: Server, listeners: int, listening: Listening, plan: Plan) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    heard, all_heard = 0, asyncio.Event()

    def has_heard() -> None:
        nonlocal heard
        heard += 1
        if heard == listeners:
            all_heard.set()

    waits: list[float] = []
    url = f"{server.url}/workspaces/{WORKSPACE}/channels"
    async with (
        listening(server, access, listeners, has_heard),
        httpx.AsyncClient(headers={"Authorization": f"Bearer {access}"}, timeout=PATIENCE) as http,
    ):

        async def create() -> None:
            nonlocal heard
            heard = 0
            all_heard.clear()
            began = time.perf_counter()
            response = await http.post(url, json={"name": f"{time.time_ns()}"})
            assert response.status_code == 201, response.text
            async with asyncio.timeout(PATIENCE):
                await all_heard.wait()
            waits.append(time.perf_counter() - began)

        async def go_on() -> None:
            ends = time.perf_counter() + plan.seconds
            while time.perf_counter() < ends:
                await create()

        await create()
        waits.clear()
        seconds = await cpu.used([server], go_on())
    return Sample(
        value=seconds / len(waits) / listeners * 1e6,
        columns={"ms to the last": median(waits) * 1_000, "events": float(len(waits))},
    )


@asynccontextmanager
async def _sockets(
    server: Server, access: str, count: int, has_heard: Heard
) -> AsyncIterator[None]:
    sockets = await open_sockets(
        server.url, [access] * count, on_frames=lambda _, frames: has_heard()
    )
    yield
    abort_sockets(sockets)


@asynccontextmanager
async def _streams(
    server: Server, access: str, count: int, has_heard: Heard
) -> AsyncIterator[None]:
    """They go on from the log's end, and each waits until it has begun."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {access}"}) as http:
        after = 0
        while (page := (await http.get(f"{server.url}/log?after={after}")).json())["events"]:
            after = page["position"]
        after = page["position"]
    parts = urlsplit(server.url)
    request = (
        f"GET /log/stream?after={after} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Authorization: Bearer {access}\r\n\r\n"
    ).encode()
    loop, waiting = asyncio.get_running_loop(), [_Stream(request, has_heard) for _ in range(count)]
    for each in waiting:
        await loop.create_connection(lambda each=each: each, parts.hostname, parts.port)
        await each.begun
    yield
    for each in waiting:
        each.abort()


class _Stream(asyncio.Protocol):
    """Counts the events of one stream."""

    def __init__(self, request: bytes, has_heard: Heard) -> None:
        self._request = request
        self._has_heard = has_heard
        self._transport: asyncio.WriteTransport | None = None
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._transport.write(self._request)  # type: ignore[union-attr]

    def data_received(self, data: bytes) -> None:
        if not self.begun.done():
            if b"\n: " in data:  # the first comment
                self.begun.set_result(None)
        elif b'"specversion"' in data:
            self._has_heard()

    def abort(self) -> None:
        assert self._transport is not None
        self._transport.abort()


ROW = Row(
    name="streams",
    title="Streams of the feed beside sockets",
    unit="server CPU µs each",
    about=f"{LISTENERS:,} streams of one user, and as many of their sockets, to which a channel"
    " is told that is created over HTTP, the next one once the last of them has heard it. The"
    " figure is what the server takes for each that hears it, the create with it.",
    findings="Streams that have read all there is are told together: what was delivered is encoded"
    " once, made a chunk of HTTP once, and written to the transport of each. Half of what is left"
    " is the kernel's, as for sockets. As a task each, which woke, made its page and sent through"
    " Sanic, they took ten times as much; with Sanic's `send` driven by hand in place of the write"
    " it is a third more than now.",
    contenders=_contenders,
    less_is_better=True,
)
