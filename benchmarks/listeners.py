"""The listeners of one service: a process that holds their sockets and counts what they hear.

It makes events ready by itself, the next ones while some are on their way, so that the service
always has something to say and never more than was asked for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import uvloop
from eventsourcing.persistence import StoredEvent

from benchmarks import cores
from benchmarks.measure import Plan, Sample
from benchmarks.servers import Server
from benchmarks.sockets import CountingSocket, abort_sockets, open_sockets
from tests.support.node import open_node

PATIENCE = 30.0
WORKSPACE = "bench"


@dataclass(frozen=True)
class Listening:
    """So many sockets at a service, and how many events are made ready at once."""

    server: Server
    token: str
    sockets: int
    burst: int


@contextmanager
def listeners(listening: Listening) -> Iterator[Callable[[Plan], Sample]]:
    """Open the sockets; answers a trial of what they hear."""
    ours, theirs = get_context("spawn").Pipe()
    with cores.pinned(cores.LOAD):
        process = get_context("spawn").Process(target=_listen, args=(listening, theirs))
        process.start()
    theirs.close()

    def trial(plan: Plan) -> Sample:
        ours.send(plan)
        sample: Sample = ours.recv()
        return sample

    try:
        ours.recv()
        yield trial
    finally:
        ours.close()
        process.join()


def _listen(listening: Listening, pipe: Connection) -> None:
    uvloop.run(_Listeners(listening).run(pipe))


class _Listeners:
    def __init__(self, listening: Listening) -> None:
        self._listening = listening
        self._goal = self._behind = self._made = 0
        self._sockets: list[CountingSocket] = []
        self._all_there: asyncio.Future[None] | None = None

    async def run(self, pipe: Connection) -> None:
        """Serve trials until the other end of the pipe is closed."""
        listening = self._listening
        self._sockets = await open_sockets(
            listening.server.url, [listening.token] * listening.sockets, on_frames=self._heard
        )
        pipe.send(None)
        async with AsyncExitStack() as stack:
            make_ready = await _maker(listening, stack)
            while (plan := await _received(pipe)) is not None:
                pipe.send(await self._trial(make_ready, plan))
        abort_sockets(self._sockets)

    async def _trial(self, make_ready: Callable[[], Awaitable[None]], plan: Plan) -> Sample:
        server = psutil.Process(self._listening.server.pid)
        await self._keep_busy(make_ready, plan.warm_up)
        heard, began = self._frames(), time.perf_counter()
        used, busy = sum(server.cpu_times()[:2]), time.process_time()
        await self._keep_busy(make_ready, plan.seconds)
        seconds = time.perf_counter() - began
        heard = self._frames() - heard
        used = sum(server.cpu_times()[:2]) - used
        busy = time.process_time() - busy
        await self._reached(self._made)
        return Sample(
            value=heard / seconds,
            columns={
                "events a second": heard / seconds / len(self._sockets),
                "server CPU µs each": used / heard * 1_000_000,
                "generator busy %": busy / seconds * 100,
            },
        )

    async def _keep_busy(self, make_ready: Callable[[], Awaitable[None]], seconds: float) -> None:
        burst = self._listening.burst
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            await make_ready()
            self._made += burst
            await self._reached(self._made - burst)

    async def _reached(self, frames: int) -> None:
        """Wait until every socket has heard so many."""
        self._goal = frames
        self._behind = sum(each.frames < frames for each in self._sockets)
        if self._behind:
            self._all_there = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(PATIENCE):
                await self._all_there

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames - frames < self._goal <= each.frames:
            self._behind -= 1
            if not self._behind and self._all_there is not None:
                self._all_there.set_result(None)

    def _frames(self) -> int:
        return sum(each.frames for each in self._sockets)


async def _maker(listening: Listening, stack: AsyncExitStack) -> Callable[[], Awaitable[None]]:
    """What makes a burst of events ready: for ours another node, which appends them to the log;
    others are asked by a POST to emit them."""
    if not listening.server.database:
        return await _poster(listening)
    node = await stack.enter_async_context(open_node(listening.server.database))

    async def append() -> None:
        events = [
            StoredEvent(uuid4(), 1, "channel.created", _STATE) for _ in range(listening.burst)
        ]
        await node.queue.append(events, WORKSPACE)

    return append


async def _poster(listening: Listening) -> Callable[[], Awaitable[None]]:
    parts = urlsplit(listening.server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    request = (
        f"POST /emit?count={listening.burst} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(_MODEL)}\r\n\r\n"
    ).encode() + _MODEL

    async def post() -> None:
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")  # none of the answers has a body

    return post


async def _received(pipe: Connection) -> Plan | None:
    """The plan of the next trial, meanwhile the sockets are read; None at the end."""
    readable = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pipe.fileno(), readable.set)
    try:
        await readable.wait()
        plan: Plan = pipe.recv()
        return plan
    except EOFError:
        return None
    finally:
        loop.remove_reader(pipe.fileno())


_STATE = (
    b'{"timestamp":{"_type_":"datetime_iso","_data_":"2026-01-31T10:28:19.123456+00:00"},'
    b'"originator_topic":"channel","actor_id":"bench","correlation_id":"bench",'
    b'"workspace_id":"bench","name":"a channel","description":null,"is_private":false}'
)
_MODEL = (
    b'{"id":"5b8ce22b-1e7b-4b72-a9fa-188ccf7699c6","workspaceId":"bench","name":"a channel",'
    b'"description":null,"isPrivate":false,"creatorId":"bench",'
    b'"createdAt":"2026-01-31T10:28:19.123456Z","updatedAt":"2026-01-31T10:28:19.123456Z",'
    b'"version":1,"position":100000}'
)
"""The same, as the sockets hear it."""
