"""The world of a cluster: three nodes on one Postgres, behind balancers without affinity.

subscribers ── network ──┐                     ┌── a link each ──→ Postgres
writers ─────────────────┴─ entrances ─→ nodes ┴── ways ──→ each other
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.cluster.entrances import installed_proxies
from tests.cluster.machines import Machines
from tests.faults.network import Network
from tests.faults.proxy import Proxy, Stream
from tests.faults.recorder import Recorder
from tests.faults.run import Plan
from tests.faults.subscribers import Subscriber
from tests.faults.supervisor import Supervisor
from tests.faults.ways import Way
from tests.faults.world import subscribed
from tests.support.background import eventually
from tests.support.balancer import Balancer
from tests.support.postgres import StoppableServer, create_database, socket_path, through_port
from tests.support.program import KANAL
from tests.support.round_robin import RoundRobin

NODES = 3

WORKERS = 2
"""Of the last node. Its workers are reached at sockets of the file system, since they share a
port; they reach the other nodes over ways that can be broken."""

DRAIN = "2"
"""Seconds, in which every balancer that asks has asked often enough."""


@dataclass
class Cluster:
    """What there is, for the nemesis to break."""

    recorder: Recorder
    database_url: str
    machines: Machines | None = None
    """Those of the nodes, where each has its own."""
    links: list[Way] = field(default_factory=list)
    """From each node to Postgres."""
    ways: list[Way] = field(default_factory=list)
    """Between machines; on a single one, to each node but the last from the others."""
    nodes: list[Supervisor] = field(default_factory=list)
    balancer: Balancer = field(init=False)
    round_robin: RoundRobin = field(init=False)
    """Asks nobody, and gives each request to the next node."""
    steady: list[str] = field(default_factory=list)
    """The entrances at which restarts are noticed by nobody: they ask nodes whether they are ready,
    or go to the next one where a node takes no connection."""
    network: Network = field(init=False)
    """From the subscribers to the entrances, one after the other."""
    subscribers: list[Subscriber] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns: Iterator[int] = itertools.count()

    @property
    def entrances(self) -> list[str]:
        return [*self.steady, self.round_robin.url]

    async def dial_node(self, number: int) -> Stream:
        return await asyncio.open_connection("127.0.0.1", self.nodes[number].port)

    async def dial_entrance(self) -> Stream:
        """The next one; that which cuts upgrades, while it does so."""
        url = self.entrances[next(self._turns) % len(self.entrances)]
        if self.round_robin.longest_upgrade is not None:
            url = self.round_robin.url
        return await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))

    async def all_are_ready(self) -> bool:
        return len(self.balancer.ready) == len(self.nodes)

    def unplug(self, number: int) -> None:
        """Let a node reach nobody, and nobody a node; on a single machine clients still do."""
        if self.machines is not None:
            self.machines.unplug(number)
        for way in self._proxies_of(number):
            way.stall()

    def plug_in(self, number: int) -> None:
        if self.machines is not None:
            self.machines.plug_in(number)
        for way in self._proxies_of(number):
            way.heal()

    def _proxies_of(self, number: int) -> Sequence[Way]:
        here = slice(number, number + 1)
        return [] if self.machines else [*self.links[here], *self.ways[here]]


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
        with suppress(OSError):
            there.machines = stack.enter_context(Machines(NODES))
        dial = partial(asyncio.open_unix_connection, socket_path(postgres.url))
        if there.machines is not None:
            to_postgres = await stack.enter_async_context(Proxy(dial, there.machines.postgres))
            _add_machines(there, there.machines, to_postgres.port)
        else:
            for number in range(NODES):
                await _add_on_loopback(
                    there, number, await stack.enter_async_context(Proxy(dial)), stack
                )
        for node in there.nodes:
            stack.push_async_callback(asyncio.to_thread, node.close)
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in there.nodes))
        urls = [node.url for node in there.nodes]
        there.balancer = await stack.enter_async_context(Balancer(urls))
        there.round_robin = await stack.enter_async_context(RoundRobin(urls))
        proxies = stack.enter_context(installed_proxies(directory, urls))
        there.steady += [there.balancer.url, *proxies.values()]
        there.network = await stack.enter_async_context(Network(there.dial_entrance))
        where = "machines of their own" if there.machines else "loopback"
        behind = ", ".join(["a balancer", *proxies, "round robin"])
        recorder.note("world", f"the nodes are on {where}, behind {behind}", aloud=True)
        await eventually(there.all_are_ready)
        subscribers = subscribed(there.network, users, plan.subscribers, recorder)
        there.subscribers = await stack.enter_async_context(subscribers)
        yield there


def _add_machines(there: Cluster, machines: Machines, postgres: int) -> None:
    """A node on each; Postgres is at a port of this one."""
    database_url = through_port(there.database_url, postgres, machines.postgres)
    numbers = range(NODES)
    there.links += map(machines.to_postgres, numbers)
    there.ways += [machines.between(one, two) for two in numbers for one in range(two)]
    for number, address in enumerate(machines.addresses):
        command = machines.command(number, KANAL, "serve")
        _add_node(there, database_url, command=command, address=address)


async def _add_on_loopback(there: Cluster, number: int, link: Proxy, stack: AsyncExitStack) -> None:
    there.links.append(link)
    database_url = through_port(there.database_url, link.port)
    if number == NODES - 1:
        _add_node(there, database_url)
    else:
        way = await stack.enter_async_context(Proxy(partial(there.dial_node, number)))
        there.ways.append(way)
        _add_node(there, database_url, node_url=f"http://127.0.0.1:{way.port}")


def _add_node(
    there: Cluster,
    database_url: str,
    *,
    command: Sequence[str] | None = None,
    address: str = "127.0.0.1",
    node_url: str | None = None,
) -> None:
    node = Supervisor(database_url, there.recorder, command, address, drain=DRAIN)
    if len(there.nodes) == NODES - 1:
        node.settings["workers"] = str(WORKERS)
    else:
        node.settings["node_url"] = node_url or node.url
    there.nodes.append(node)
