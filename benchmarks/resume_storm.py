"""The row `resume-storm`: a node with many sockets is killed, and their clients come back to the
two others, while sockets that are there hear what happens."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from uuid import uuid4

import uvloop

from benchmarks import cores
from benchmarks.connections import all_gone
from benchmarks.cpu import used
from benchmarks.hearing import Hearing, milliseconds
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket, abort_sockets, open_sockets
from domain.actor import Actor, Role
from tests.support.creation import create
from tests.support.node import Node, open_node
from tests.support.tokens import token

SOCKETS = 5_000
WORKSPACE = "storm"
"""The workspace of those who come back."""

ACTOR = Actor("bench", {WORKSPACE: Role.USER})

MISSED = 10
"""Channels that are created there when the node has gone; who is level has heard of each."""

RATE = 25.0
"""Channels a second that are created at each node that stays, in a workspace of one socket."""

STOCK_DELAY = (0.5, 1.5)
"""Seconds until the JavaScript client comes back: 1, a half more or less (socket.io-client 4.8)."""

FLOOR_SECONDS = 4.0
"""How long it is listened where nobody comes."""

PATIENCE = 120.0

_Delay = tuple[float, float]


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    sockets = max(20, int(plan.scale * SOCKETS))
    with (
        kanal(server_url, on=cores.ALL) as first,
        kanal(server_url, first.database, on=cores.ALL) as second,
    ):
        trial = partial(_trial, server_url, (first, second))
        yield [
            Contender("as stock clients do", "ours", partial(trial, sockets, STOCK_DELAY)),
            Contender("all at once", "peer", partial(trial, sockets, (0.0, 0.0))),
            Contender("a node without sockets", "floor", partial(trial, 0, STOCK_DELAY)),
        ]


def _trial(
    server_url: str, staying: Sequence[Server], sockets: int, delay: _Delay, plan: Plan
) -> Sample:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with kanal(server_url, staying[0].database, on=cores.ALL) as killed:
        # A process of their own: those who stay are not to wait for those who come.
        comers = context.Process(target=_come_back, args=(killed, staying, sockets, delay, theirs))
        comers.start()
        theirs.close()  # what fails there is noticed here
        ours.recv()
        try:
            return uvloop.run(_hear(killed, staying, ours, plan))
        finally:
            ours.send(None)
            comers.join()
            for each in staying:
                uvloop.run(all_gone(each.url))


async def _hear(
    killed: Server, staying: Sequence[Server], comers: Connection, plan: Plan
) -> Sample:
    """Kill the node, and listen at the others until all are level there."""
    all_level, is_over = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().add_reader(comers.fileno(), all_level.set)
    hearings = [
        Hearing(each.url, token("bench", (workspace,), ttl=86_400), workspace)
        for each, workspace in zip(staying, ("live-1", "live-2"), strict=True)
    ]
    async with open_node(killed.database) as node, asyncio.TaskGroup() as tasks:
        for each in hearings:
            tasks.create_task(each.create(RATE, lambda _: is_over.is_set()))
        await asyncio.sleep(plan.warm_up)
        for each in hearings:
            each.forget()
        began = time.perf_counter()
        os.kill(killed.pid, signal.SIGKILL)
        comers.send(None)
        cpu = await used(staying, _miss(node, all_level))
        seconds = time.perf_counter() - began
        is_over.set()
    busy: float = comers.recv()
    p50, p99 = milliseconds([latency for each in hearings for latency in each.latencies])
    return Sample(
        value=p99,
        columns={
            "p50 ms": p50,
            "seconds until all are level": seconds,
            "CPU s of the two nodes": cpu,
            "generator busy %": busy,
        },
    )


async def _miss(node: Node, all_level: asyncio.Event) -> None:
    """Create what they are told of, and wait until they are level."""
    for _ in range(MISSED):
        await create(node.commands, str(uuid4()), actor=ACTOR, workspace_id=WORKSPACE)
    await all_level.wait()


def _come_back(
    killed: Server, staying: Sequence[Server], count: int, delay: _Delay, told: Connection
) -> None:
    uvloop.run(_Comers(count, delay).come_back(killed, staying, told))


class _Comers:
    """The clients of the node that is killed, each a user."""

    def __init__(self, count: int, delay: _Delay) -> None:
        self._delay = delay
        self._behind = count
        self._all_level = asyncio.Event()
        self._tokens = [
            token(f"user-{number}", (WORKSPACE,), ttl=86_400) for number in range(count)
        ]

    async def come_back(self, killed: Server, staying: Sequence[Server], told: Connection) -> None:
        """Open the sockets, and say so; come back when told to, and say how busy this process was
        until all were level, in per cent."""
        async with open_node(killed.database) as node:
            place = await node.stored.head()
        before = await open_sockets(killed.url, self._tokens)
        told.send(None)
        await asyncio.to_thread(told.recv)
        began, busy = time.perf_counter(), time.process_time()
        abort_sockets(before)
        sockets = [CountingSocket(self._heard) for _ in self._tokens]
        random = Random(0)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            for each, access, node in zip(sockets, self._tokens, cycle(staying), strict=False):
                delay = random.uniform(*self._delay)
                tasks.create_task(self._come(each, node.url, access, place, delay))
            if sockets:
                await self._all_level.wait()
            else:
                await asyncio.sleep(FLOOR_SECONDS)
        seconds = time.perf_counter() - began
        told.send((time.process_time() - busy) / seconds * 100)
        await asyncio.to_thread(told.recv)
        abort_sockets(sockets)

    async def _come(
        self, each: CountingSocket, url: str, access: str, place: int, delay: float
    ) -> None:
        await asyncio.sleep(delay)
        await each.open(url, access, position=place)

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames - frames < MISSED <= each.frames:
            self._behind -= 1
            if not self._behind:
                self._all_level.set()


ROW = Row(
    name="resume-storm",
    title="The clients of a node that is killed",
    unit="p99 ms",
    about=f"Three nodes; the one that has {SOCKETS:,} sockets, each of a user of its own, is"
    f" killed. Half of them come to each of the two others, and are told of {MISSED} channels that"
    f" are created when the node has gone, until all are level. Meanwhile {RATE:g} channels a"
    " second are created at each of the two, and one socket there notes how long each takes from"
    " the request to being heard: at most 100 ms. With the delay of the stock JavaScript client,"
    " and all at once; and where the node that is killed has none. Everything shares all cores:"
    " the nodes, Postgres and the clients, which take what it says.",
    contenders=_contenders,
    rounds=3,
    less_is_better=True,
)
