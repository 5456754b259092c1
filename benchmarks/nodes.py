"""The row `nodes`: what a create and its deliveries cost three nodes that share them, two, or one.

The sockets are spread over the nodes, and the creates go to each in turn. Each node reads each
event by itself; what all nodes take together is the figure, beyond what they take when nothing
happens.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle
from uuid import uuid4

import httpx
import uvloop

from benchmarks.cpu import used
from benchmarks.making import WORKSPACE
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket
from tests.support.tokens import token

SOCKETS = 300

RATE = 60
"""Channels a second."""

SECONDS = 2.0
"""Of a trial, for each second of the plan."""


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with ExitStack() as stack:

        def trial(count: int) -> Callable[[Plan], Sample]:
            first = stack.enter_context(kanal(server_url))
            more = [
                stack.enter_context(kanal(server_url, first.database)) for _ in range(count - 1)
            ]
            return partial(_trial, [first, *more])

        yield [
            Contender("three nodes", "ours", trial(3)),
            Contender("two nodes", "peer", trial(2)),
            Contender("one node", "floor", trial(1), target=0.9),
        ]


def _trial(nodes: Sequence[Server], plan: Plan) -> Sample:
    return uvloop.run(_measured(nodes, plan))


async def _measured(nodes: Sequence[Server], plan: Plan) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    sockets = [CountingSocket() for _ in range(SOCKETS)]
    for each, node in zip(sockets, cycle(nodes), strict=False):
        await each.open(node.url, access)
    seconds = plan.seconds * SECONDS
    try:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {access}"}) as http:
            await _create(http, nodes, plan.warm_up)
            idle = await used(nodes, asyncio.sleep(seconds)) / seconds
            taken = await used(nodes, _create(http, nodes, seconds))
    finally:
        for each in sockets:
            each.abort()
    creates = round(RATE * seconds)
    return Sample(
        (taken - idle * seconds) / creates * 1_000_000, {"idle, CPU ms a second": idle * 1_000}
    )


async def _create(http: httpx.AsyncClient, nodes: Sequence[Server], seconds: float) -> None:
    """Create channels at a steady rate, at one node after the other."""
    due = time.perf_counter()
    for node, _ in zip(cycle(nodes), range(round(RATE * seconds)), strict=False):
        due += 1 / RATE
        await asyncio.sleep(due - time.perf_counter())
        url = f"{node.url}/workspaces/{WORKSPACE}/channels"
        (await http.post(url, json={"name": str(uuid4())})).raise_for_status()


ROW = Row(
    name="nodes",
    title="A create and its deliveries, by the number of nodes",
    unit="CPU µs each",
    about=f"{RATE} creates a second over HTTP, each delivered to {SOCKETS} sockets that are spread"
    " over the nodes. CPU of all nodes together, beyond what they take when nothing happens.",
    findings="It is not flat: each node wakes up for each event, reads, decodes and encodes it,"
    " about 1 ms for one event at a time, half of that where events follow closely. In a profile"
    " a quarter of it goes into being woken and waiting with a time limit; a tenth each into the"
    " query, into decoding, and into what is said with its frame; the rest is in small pieces. What"
    " paid (6%): delivery waits for what the follower of revocations reads, no name is decoded for"
    " it, and there is no timer for a connection that is idle.",
    contenders=_contenders,
    less_is_better=True,
)
