"""The row `memory`: what an idle authenticated socket costs in memory."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from resource import getpagesize

import psutil
import uvloop

from benchmarks import cores
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal, node
from benchmarks.sockets import abort_sockets, open_sockets
from tests.support.tokens import token

PAGE_SIZE = getpagesize()
SOCKETS = 5_000
FEW = 50
SETTLES_IN = 3.0
"""Seconds, after which neither of the two takes or gives back memory."""

WORKSPACE = "bench"


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    sockets = max(2 * FEW, int(plan.scale * SOCKETS))
    yield [
        Contender("Kanal", "ours", partial(_trial, partial(kanal, server_url), sockets)),
        Contender("Socket.IO on Node", "peer", partial(_trial, node, sockets), 1),
    ]


def _trial(start: Callable[[], AbstractContextManager[Server]], count: int, plan: Plan) -> Sample:
    with start() as server, cores.pinned(cores.LOAD):
        return uvloop.run(_fill(server, count, SETTLES_IN * min(1, plan.scale * 10)))


async def _fill(server: Server, count: int, settles_in: float) -> Sample:
    """What sockets add beyond some that were there already: code is loaded for the first ones."""
    process = psutil.Process(server.pid)
    access = token("bench", (WORKSPACE,), ttl=86_400)
    sockets = await open_sockets(server.url, [access] * FEW)
    await asyncio.sleep(settles_in)
    before = process.memory_info().rss
    sockets += await open_sockets(server.url, [access] * (count - FEW))
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
