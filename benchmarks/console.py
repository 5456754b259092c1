"""The row `console`: what an operator who watches the log costs the node that is asked.

Another node keeps the read models, and a third appends; the page is asked for as the console does
it, and beside it one ordinary socket hears the same workspace. What the node takes for the same
events with neither is taken off, and has a column of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from uuid import uuid4

import httpx
import uvloop
from eventsourcing.persistence import StoredEvent

from benchmarks.cpu import used
from benchmarks.making import STATE, WORKSPACE
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket
from persistence.log.append_queue import AppendQueue
from tests.support.http import bearer
from tests.support.node import open_node
from tests.support.tokens import token

RATE = 5_000
"""Events a second."""

BATCH = 50
"""Of them in a transaction."""

SECONDS = 2.0
"""Of a trial, for each second of the plan: the page asks once in each."""

PAGE = 100

Watching = Callable[[Server], AbstractAsyncContextManager[None]]


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with kanal(server_url) as writer, kanal(server_url, writer.database) as node:
        yield [
            Contender("the console's log", "ours", partial(_trial, node, _console)),
            Contender("one socket", "peer", partial(_trial, node, _socket), target=1),
        ]


def _trial(node: Server, watching: Watching, plan: Plan) -> Sample:
    return uvloop.run(_measured(node, watching, plan))


async def _measured(node: Server, watching: Watching, plan: Plan) -> Sample:
    seconds = plan.seconds * SECONDS
    async with open_node(node.database) as appending:
        await _append(appending.queue, plan.warm_up)
        alone = await used([node], _append(appending.queue, seconds)) / seconds
        async with watching(node):
            await _append(appending.queue, plan.warm_up)
            watched = await used([node], _append(appending.queue, seconds)) / seconds
    return Sample(max((watched - alone) * 1000, 0.01), {"with neither": alone * 1000})


@asynccontextmanager
async def _socket(node: Server) -> AsyncIterator[None]:
    listening = CountingSocket()
    await listening.open(node.url, token("bench", (WORKSPACE,), ttl=86_400))
    try:
        yield
    finally:
        listening.abort()


@asynccontextmanager
async def _console(node: Server) -> AsyncIterator[None]:
    operator = token("olga", (), ttl=86_400, scope="kanal:operate")
    async with httpx.AsyncClient(base_url=node.url, headers=bearer(operator)) as http:

        async def watch() -> None:
            asked = {"limit": 50}
            while True:
                answer = await http.get("/operator/log", params=asked)
                answer.raise_for_status()
                asked = {"limit": PAGE, "after": answer.json()["last"]}
                await asyncio.sleep(1)

        watches = asyncio.create_task(watch())
        try:
            yield
        finally:
            watches.cancel()
            await asyncio.gather(watches, return_exceptions=True)


async def _append(queue: AppendQueue, seconds: float) -> None:
    """Append at a steady rate."""
    due = time.perf_counter()
    for _ in range(round(RATE / BATCH * seconds)):
        due += BATCH / RATE
        await asyncio.sleep(max(0, due - time.perf_counter()))
        events = [StoredEvent(uuid4(), 1, "channel.created", STATE) for _ in range(BATCH)]
        await queue.append(events, WORKSPACE)


ROW = Row(
    name="console",
    title=f"An operator who watches the log, at {RATE:,} events a second",
    unit="CPU ms a second",
    about=f"{RATE:,} events a second, {BATCH} in a transaction, committed on another node, which"
    " keeps the read models too. CPU of the node that is asked, beyond what it takes for the same"
    " events with nobody there.",
    contenders=_contenders,
    less_is_better=True,
)
