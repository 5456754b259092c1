"""The row `following`: how long an event takes from its append to a socket of a node that follows
the log from its stream, or from Postgres; and what Postgres takes for it.

One node has the socket; the others are light, all in one process. Nobody but the load appends, one
event at a time. What everything takes when nothing happens is taken off.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import uvloop
from eventsourcing.persistence import StoredEvent

from benchmarks import cores
from benchmarks.cpu import used
from benchmarks.hearing import milliseconds
from benchmarks.making import STATE, WORKSPACE
from benchmarks.measure import Contender, Plan, Role, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket
from tests.support.background import eventually, running
from tests.support.nats_server import NatsServer, programs, running_nats
from tests.support.node import Node
from tests.support.relay_process import running_relay
from tests.support.tokens import token

NODES = 20

RATE = 100
"""Events a second, each in a transaction of its own."""

PATIENCE = 30.0

SECONDS = 2.0
"""Of a trial, for each second of the plan."""


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    many = max(2, round(NODES * plan.scale))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        nats = stack.enter_context(
            running_nats(list(programs().values())[-1], Path(folder) / "jetstream")
        )
        contenders: list[Contender] = []
        for count in (1, many):
            for source in (nats, None):
                name = f"{'Postgres' if source is None else 'the stream'}, nodes: {count}"
                role: Role = "peer" if contenders else "ours"
                trial = partial(_trial, server_url, count, source)
                contenders.append(Contender(name, role, trial))
        yield contenders


@contextmanager
def _nodes(server_url: str, count: int, nats: NatsServer | None) -> Iterator[Server]:
    """So many nodes; answers the one with a transport."""
    settings = {} if nats is None else {"feed_url": nats.url}
    with ExitStack() as stack:
        node = stack.enter_context(kanal(server_url, **settings))
        if nats is not None:
            stack.enter_context(running_relay(node.database, feed_url=nats.url))
        command = [sys.executable, "-m", "benchmarks.light_nodes", node.database, str(count - 1)]
        with cores.pinned(cores.SERVER):
            light = subprocess.Popen(
                [*command, *settings.values()], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        try:
            assert light.stdout is not None
            assert light.stdout.readline() == b"ready\n"
            yield node
        finally:
            light.terminate()
            light.communicate()


def _trial(server_url: str, count: int, nats: NatsServer | None, plan: Plan) -> Sample:
    with _nodes(server_url, count, nats) as node:
        return uvloop.run(_measured(node, nats is not None, plan))


async def _measured(node: Server, is_stream: bool, plan: Plan) -> Sample:
    if is_stream:
        await eventually(partial(_follows, node), within=60)
    seconds = plan.seconds * SECONDS
    load = Load(node)
    async with load.ready():
        await load.append(round(RATE * plan.warm_up))
        idle = await _used(node, asyncio.sleep(seconds))
        taken = await _used(node, load.append(round(RATE * seconds)))
    p50, p99 = milliseconds(load.latencies)
    of_node, of_postgres = (
        max(all_of_it - nothing, 0) / len(load.latencies) * 1_000_000
        for all_of_it, nothing in zip(taken, idle, strict=True)
    )
    return Sample(
        p50,
        {
            "p99 ms": p99,
            "Postgres, CPU µs each": of_postgres,
            "Postgres idle, CPU ms a second": idle[1] / seconds * 1_000,
            "the node, CPU µs each": of_node,
        },
    )


class Load:
    """Events that are appended one by one, and when a socket has heard of each."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._count = 0
        self._asked: list[float] = []
        self._heard: list[float] = []
        self._all_heard = asyncio.Event()
        self._node = Node(server.database)

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        listening = CountingSocket(on_payload=self._hear)
        await listening.open(self._server.url, token("bench", (WORKSPACE,), ttl=86_400))
        await self._node.database.open()
        try:
            async with running(self._node.queue.run()):
                yield
        finally:
            await self._node.database.close()
            listening.abort()

    async def append(self, count: int) -> None:
        self._asked, self._heard, self._count = [], [], count
        self._all_heard.clear()
        due = time.perf_counter()
        for _ in range(count):
            due += 1 / RATE
            await asyncio.sleep(max(0, due - time.perf_counter()))
            event = StoredEvent(uuid4(), 1, "channel.created", STATE)
            self._asked.append(time.perf_counter())
            await self._node.queue.append([event], WORKSPACE)
        async with asyncio.timeout(PATIENCE):
            await self._all_heard.wait()

    @property
    def latencies(self) -> list[float]:
        """Seconds, with those of the commit: who waits for its answer may learn of it later than
        the socket."""
        return [heard - asked for asked, heard in zip(self._asked, self._heard, strict=True)]

    def _hear(self, _: bytes) -> None:
        self._heard.append(time.perf_counter())
        if len(self._heard) == self._count:
            self._all_heard.set()


async def _used(node: Server, meanwhile: Awaitable[object]) -> tuple[float, float]:
    """Seconds of CPU that the node takes meanwhile, and Postgres."""
    before = {process: _clock(process) for process in await _processes_of_postgres(node.database)}
    of_node = await used([node], meanwhile)
    after = {process: _clock(process) for process in before}
    return of_node, sum(after[each] - before[each] for each in before if after[each])


def _clock(process: int) -> float:
    """Seconds of CPU that a process has taken; 0 once it has ended, which few do meanwhile."""
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0


async def _processes_of_postgres(database_url: str) -> list[int]:
    """Those that it has for this database, and those that it has for all."""
    connection = await asyncpg.connect(database_url)
    try:
        found = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND coalesce(datname, current_database()) = current_database()"
        )
    finally:
        await connection.close()
    return [row["pid"] for row in found]


async def _follows(node: Server) -> bool:
    async with httpx.AsyncClient() as http:
        said = (await http.get(f"{node.url}/health/ready")).json()
    return bool(said["stream"] == "followed")


ROW = Row(
    name="following",
    title="From the append to hearing of it, by what nodes follow",
    unit="p50 ms",
    about=f"{RATE} events a second, each committed by itself; one socket at one node hears them,"
    " the other nodes are light ones in one process. CPU beyond what is taken when nothing happens;"
    " that of Postgres with the appends themselves.",
    findings="By the stream an event takes longer: it is committed, read by the relay, stored by"
    " NATS and sent. What it costs Postgres does not grow with the nodes any more: 1.0 ms each"
    " with 20 of them, and 2.2 where they follow Postgres. With one notify channel left to listen"
    " to it was 1.9, since Postgres wakes whoever listens for each notification, and drops it.",
    contenders=_contenders,
    rounds=3,
    less_is_better=True,
)
