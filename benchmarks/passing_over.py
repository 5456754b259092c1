"""The row `passed-over`: what an event costs a node on which nobody listens to its workspace.

Another node keeps the read models, and a third appends events one by one: to a workspace that a
socket of the measured node listens to, or to one of which nobody there has heard. What the node
takes when nothing happens is taken off, and has a column of its own.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import uvloop
from eventsourcing.persistence import StoredEvent

from benchmarks.cpu import used
from benchmarks.making import STATE, WORKSPACE
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket
from persistence.log.append_queue import AppendQueue
from tests.support.node import open_node
from tests.support.tokens import token

RATE = 400
"""Events a second, each in a transaction of its own."""

SECONDS = 2.0
"""Of a trial, for each second of the plan: a node passes over what it can every two seconds."""


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with kanal(server_url) as writer, kanal(server_url, writer.database) as node:
        yield [
            Contender("nobody listens", "ours", partial(_trial, node, "elsewhere")),
            Contender("one socket listens", "peer", partial(_trial, node, WORKSPACE), target=10),
        ]


def _trial(node: Server, workspace_id: str, plan: Plan) -> Sample:
    return uvloop.run(_measured(node, workspace_id, plan))


async def _measured(node: Server, workspace_id: str, plan: Plan) -> Sample:
    listening = CountingSocket()
    await listening.open(node.url, token("bench", (WORKSPACE,), ttl=86_400))
    seconds = plan.seconds * SECONDS
    try:
        async with open_node(node.database) as appending:
            await asyncio.sleep(plan.warm_up)
            idle = await used([node], asyncio.sleep(seconds)) / seconds
            taken = await used([node], _append(appending.queue, workspace_id, seconds))
    finally:
        listening.abort()
    each = (taken - idle * seconds) / (RATE * seconds) * 1_000_000
    return Sample(max(each, 0.01), {"idle, CPU ms a second": idle * 1000})


async def _append(queue: AppendQueue, workspace_id: str, seconds: float) -> None:
    """Append at a steady rate."""
    due = time.perf_counter()
    for _ in range(round(RATE * seconds)):
        due += 1 / RATE
        await asyncio.sleep(due - time.perf_counter())
        await queue.append([StoredEvent(uuid4(), 1, "channel.created", STATE)], workspace_id)


ROW = Row(
    name="passed-over",
    title="Events that nobody on the node listens to",
    unit="CPU µs each",
    about=f"{RATE} events a second, each committed by itself on another node, which keeps the read"
    " models too; a node with one socket. CPU of the whole node beyond what it takes when nothing"
    " happens.",
    findings="What is left is the notification: Postgres sends it to every node that listens, and"
    " asyncpg calls a function for it. The events themselves are summed up by Postgres once in two"
    " seconds.",
    contenders=_contenders,
    less_is_better=True,
)
