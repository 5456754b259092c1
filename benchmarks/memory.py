"""The row `memory`: what an idle authenticated socket costs in memory."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from resource import getpagesize

import psutil
import uvloop

from benchmarks import cores
from benchmarks.measure import Absent, Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal, node
from benchmarks.sockets import abort_sockets, open_sockets
from benchmarks.stronger_peers import Start, stronger_peers

PAGE_SIZE = getpagesize()
SOCKETS = 5_000
FEW = 50
SETTLES_IN = 3.0
"""Seconds, after which neither of the two takes or gives back memory."""


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender | Absent]]:
    sockets = max(2 * FEW, int(plan.scale * SOCKETS))

    def trial_of(start: Start) -> Callable[[Plan], Sample]:
        return partial(_trial, start, sockets)

    yield [
        Contender("Kanal", "ours", trial_of(partial(kanal, server_url))),
        Contender("Socket.IO on Node", "peer", trial_of(node), 1),
        *stronger_peers(plan, trial_of),
    ]


def _trial(start: Start, count: int, plan: Plan) -> Sample:
    with start() as server, cores.pinned(cores.LOAD):
        return uvloop.run(_fill(server, count, SETTLES_IN * min(1, plan.scale * 10)))


async def _fill(server: Server, count: int, settles_in: float) -> Sample:
    """What sockets add beyond some that were there already: code is loaded for the first ones."""
    process = psutil.Process(server.pid)
    access, kind = server.protocol.access("bench"), server.protocol.socket
    sockets = await open_sockets(server.url, [access] * FEW, kind=kind)
    await asyncio.sleep(settles_in)
    before = process.memory_info().rss
    sockets += await open_sockets(server.url, [access] * (count - FEW), kind=kind)
    await asyncio.sleep(settles_in)
    # A few sockets may find room in what is resident already: then less than a page was taken.
    taken = max(process.memory_info().rss - before, PAGE_SIZE)
    abort_sockets(sockets)
    return Sample(
        value=taken / 2**10 / (count - FEW),
        columns={"MiB before": before / 2**20},
    )


ROW = Row(
    name="memory",
    title="Memory of idle sockets",
    unit="KiB a socket",
    about=f"{SOCKETS:,} authenticated sockets over WebSocket that hear nothing: by how much the"
    f" server's resident set grows from {FEW} sockets to all, {SETTLES_IN:g} s after each. A server"
    " starts anew for each round.",
    contenders=_contenders,
    rounds=2,
    less_is_better=True,
)
