"""The world of a cluster: three nodes on one Postgres, behind balancers without affinity.

subscribers ── network ── round robin ──┐                    ┌── a link each ──→ Postgres
writers ──── balancer, round robin ─────┴──→ three nodes ────┴── a way to each of the others
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.faults.history import Recorder
from tests.faults.proxy import Proxy, Stream
from tests.faults.run import Plan
from tests.faults.subscribers import Subscriber
from tests.faults.supervisor import Supervisor
from tests.faults.world import subscribed
from tests.support.background import eventually
from tests.support.balancer import Balancer
from tests.support.postgres import StoppableServer, create_database, socket_path, through_port
from tests.support.round_robin import RoundRobin

NODES = 3

WORKERS = 2
"""Of the last node. Its workers are reached at sockets of the file system, since they share a
port; the way to each of the other nodes is one of the ways that can be broken."""

DRAIN = "1"
"""Seconds; the balancer asks twenty times as often."""


@dataclass
class Cluster:
    """What there is, for the nemesis to break."""

    recorder: Recorder
    database_url: str
    links: list[Proxy] = field(default_factory=list)
    """From each node to Postgres."""
    ways: list[Proxy] = field(default_factory=list)
    """To each node, but the last, from the others."""
    nodes: list[Supervisor] = field(default_factory=list)
    balancer: Balancer = field(init=False)
    """Asks the nodes whether they are ready: through it, restarts are noticed by nobody."""
    round_robin: RoundRobin = field(init=False)
    """Asks nobody, and gives each request to the next node."""
    network: Proxy = field(init=False)
    """From the subscribers to that."""
    subscribers: list[Subscriber] = field(default_factory=list)

    @property
    def entrances(self) -> list[str]:
        return [self.balancer.url, self.round_robin.url]

    async def dial_node(self, number: int) -> Stream:
        return await asyncio.open_connection("127.0.0.1", self.nodes[number].port)

    async def dial_round_robin(self) -> Stream:
        port = self.round_robin.url.rpartition(":")[2]
        return await asyncio.open_connection("127.0.0.1", port)

    async def all_are_ready(self) -> bool:
        return len(self.balancer.ready) == len(self.nodes)


@asynccontextmanager
async def cluster(
    directory: Path, users: list[str], plan: Plan, recorder: Recorder
) -> AsyncIterator[Cluster]:
    """All of it, started; everybody has authenticated. It ends in the opposite order."""
    async with AsyncExitStack() as stack:
        postgres = StoppableServer(directory)
        stack.push_async_callback(asyncio.to_thread, postgres.stop)
        await asyncio.to_thread(postgres.start)
        there = Cluster(recorder, await asyncio.to_thread(create_database, postgres.url))
        dial = partial(asyncio.open_unix_connection, socket_path(postgres.url))
        for number in range(NODES):
            link = await stack.enter_async_context(Proxy(dial))
            there.links.append(link)
            await _add_node(there, through_port(there.database_url, link.port), number, stack)
        urls = [node.url for node in there.nodes]
        there.balancer = await stack.enter_async_context(Balancer(urls))
        there.round_robin = await stack.enter_async_context(RoundRobin(urls))
        there.network = await stack.enter_async_context(Proxy(there.dial_round_robin))
        await eventually(there.all_are_ready)
        here = _url(there.network)
        subscribers = subscribed(here, users, plan.subscribers, recorder)
        there.subscribers = await stack.enter_async_context(subscribers)
        yield there


async def _add_node(there: Cluster, database_url: str, number: int, stack: AsyncExitStack) -> None:
    settings = {"drain": DRAIN}
    if number == NODES - 1:
        node = Supervisor(database_url, there.recorder, None, workers=str(WORKERS), **settings)
    else:
        way = await stack.enter_async_context(Proxy(partial(there.dial_node, number)))
        there.ways.append(way)
        node = Supervisor(database_url, there.recorder, None, node_url=_url(way), **settings)
    await asyncio.to_thread(node.start)
    stack.push_async_callback(asyncio.to_thread, node.close)
    there.nodes.append(node)


def _url(proxy: Proxy) -> str:
    return f"http://127.0.0.1:{proxy.port}"
