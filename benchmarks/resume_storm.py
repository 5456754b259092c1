"""The row `resume-storm`: a node with many sockets is killed, and their clients come back to the
two others, while sockets that are there hear what happens."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from uuid import uuid4

import uvloop

from benchmarks import cores
from benchmarks.comers import (
    MISSED,
    WORKSPACE,
    Coming,
    Delay,
    by_default,
    come_back,
    over_websocket,
)
from benchmarks.connections import all_gone
from benchmarks.cpu import used
from benchmarks.hearing import Hearing, milliseconds
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from domain.actor import Actor, Role
from tests.support.creation import create
from tests.support.node import Node, open_node
from tests.support.tokens import token

SOCKETS = 5_000

AT_ONCE = (0.0, 0.0)

ACTOR = Actor("bench", {WORKSPACE: Role.USER})

RATE = 25.0
"""Channels a second that are created at each node that stays, in a workspace of one socket."""

STOCK_DELAY = (0.5, 1.5)
"""Seconds until the JavaScript client comes back: 1, a half more or less (socket.io-client 4.8)."""


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    sockets = max(20, int(plan.scale * SOCKETS))
    with (
        kanal(server_url, on=cores.ALL) as first,
        kanal(server_url, first.database, on=cores.ALL) as second,
    ):
        trial = partial(_trial, server_url, (first, second))
        yield [
            Contender("by default", "ours", partial(trial, sockets, STOCK_DELAY, by_default)),
            Contender(
                "over WebSocket", "peer", partial(trial, sockets, STOCK_DELAY, over_websocket)
            ),
            Contender(
                "over WebSocket, at once", "peer", partial(trial, sockets, AT_ONCE, over_websocket)
            ),
            Contender(
                "a node without sockets", "floor", partial(trial, 0, STOCK_DELAY, over_websocket)
            ),
        ]


def _trial(
    server_url: str,
    staying: Sequence[Server],
    sockets: int,
    delay: Delay,
    coming: Coming,
    plan: Plan,
) -> Sample:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with kanal(server_url, staying[0].database, on=cores.ALL) as killed:
        # A process of their own: those who stay are not to wait for those who come.
        comers = context.Process(
            target=come_back, args=(killed, staying, sockets, delay, coming, theirs)
        )
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


ROW = Row(
    name="resume-storm",
    title="The clients of a node that is killed",
    unit="p99 ms",
    about=f"Three nodes; the one that has {SOCKETS:,} sockets, each of a user of its own, is"
    f" killed. Half of them come to each of the two others, and are told of {MISSED} channels that"
    f" are created when the node has gone, until all are level. Meanwhile {RATE:g} channels a"
    " second are created at each of the two, and one socket there notes how long each takes from"
    " the request to being heard: at most 60 ms. They come with the delay of the stock JavaScript"
    " client, over polling that upgrades, as it does by default, and over WebSocket alone; all at"
    " once; and where the node that is killed has none. Everything shares all cores:"
    " the nodes, Postgres and the clients, which take what it says.",
    findings="Half of the time of a node goes into its front, a tenth into `auth`, a twentieth into"
    " replay pages. The slowest creates are those of the first second, in which all connect:"
    " the two nodes, Postgres, the clients and those who create share two cores, and a node"
    " waits up to 40 ms for its turn at one. After that the longest took 30 to 60 ms. What"
    " paid: ten requests of open sessions in a turn of the loop, where up to 500 were served"
    " at once, and a collector that goes through a fifth as much at a time (75 ms were its"
    " longest, now 36). What did not: three requests in a turn (the same p99, and 5% more"
    " CPU). The build before let clients in more slowly, and its creates waited less.",
    contenders=_contenders,
    rounds=3,
    less_is_better=True,
    beyond=2,
)
