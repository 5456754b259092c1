"""The row `lost`: how long many sockets that are lost at once stay, and what others notice."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import uvloop

from benchmarks import cores
from benchmarks.connections import all_gone, metrics_client, no_more_than
from benchmarks.hearing import WORKSPACE, Hearing, milliseconds
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import open_sockets
from tests.support.tokens import token

SOCKETS = 5_000
OTHERS = "elsewhere"
"""The workspace of those that are lost."""

RATE = 50.0
"""Channels a second that are created all the time, and heard by one socket."""

SECONDS = 2.0
"""How long it is looked at after the loss."""


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    sockets = int(plan.scale * SOCKETS)
    with kanal(server_url) as server:
        yield [
            Contender("all lost", "ours", partial(_trial, server, sockets, True)),
            Contender("none lost", "floor", partial(_trial, server, sockets, False), 0.5),
        ]


def _trial(server: Server, count: int, are_lost: bool, _: Plan) -> Sample:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with cores.pinned(cores.LOAD):
        # A process of their own: when it is killed, the kernel ends all of their connections.
        process = context.Process(target=_hold, args=(server.url, count, theirs))
        process.start()
        ours.recv()
        try:
            return uvloop.run(_lose(server, process if are_lost else None))
        finally:
            process.kill()
            process.join()
            uvloop.run(all_gone(server.url))


def _hold(url: str, count: int, ready: Connection) -> None:
    """Open so many sockets and read them until killed."""

    async def hold() -> None:
        await open_sockets(url, [token("bench", (OTHERS,), ttl=86_400)] * count)
        ready.send(None)
        await asyncio.Event().wait()

    uvloop.run(hold())


async def _lose(server: Server, process: SpawnProcess | None) -> Sample:
    hearing = Hearing(server.url, token("bench", (WORKSPACE,), ttl=86_400))
    seconds = 0.0
    async with metrics_client(server.url) as http:
        creating = asyncio.create_task(hearing.create(RATE, lambda seconds: seconds > SECONDS + 1))
        await asyncio.sleep(1)
        hearing.forget()
        if process is not None:
            began = time.perf_counter()
            process.kill()
            await no_more_than(1, http)
            seconds = time.perf_counter() - began
        await creating
    p50, p99 = milliseconds(hearing.latencies)
    return Sample(p99, {"p50 ms": p50, "seconds until gone": seconds})


ROW = Row(
    name="lost",
    title="Many sockets lost at once",
    unit="p99 ms",
    about=f"{SOCKETS:,} authenticated sockets are there, held by a process that is killed. From"
    f" then on, for {SECONDS:g} s: how long it takes from the request for a channel, {RATE:g} a"
    " second, to a socket of another workspace that hears of it; and how long the service counts"
    " the lost ones. Beside it, the same while none is lost.",
    findings="To end a connection takes about 60 µs, of which 20 are the kernel's; they are"
    " ended one in a turn of the loop, so for a third of a second each turn takes a tenth of a"
    " millisecond more, and a create takes about fifteen turns. With five in a turn there were"
    " 900 turns of more than 0.4 ms of CPU, now there are about a hundred: those in which the loop"
    " is told of hundreds of ends at once, up to 2 ms each. The collector has no part in it: what"
    " ends is free at once. The 99th percentile of a hundred is the worst of them.",
    contenders=_contenders,
    rounds=3,
    less_is_better=True,
)
