"""The world of a run: Postgres, the service, the ways between them and to the clients, the clients.

writers ─────────────────→ two nodes of the service ── link ──→ Postgres ──→ its replica
subscribers ── network ──→ one of them
a receiver of webhooks ←── one of them
a consumer ── nats-server ←── the relay ── link ──→ Postgres
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.between import Relayed, relayed
from tests.faults.failover import Databases
from tests.faults.feed_readers import READERS, feed_reader
from tests.faults.kanal_clients import kanal_client
from tests.faults.network import Network
from tests.faults.proxy import Proxy, Stream, dial_narrowly
from tests.faults.recorder import Recorder
from tests.faults.retold import RetoldSubscriber
from tests.faults.stock_clients import STOCK, stock_client
from tests.faults.stream_consumer import stream_consumer
from tests.faults.subscribers import LONGEST_RETURN, Subscriber
from tests.faults.supervisor import Supervisor
from tests.faults.webhook_receiver import webhook_receiver
from tests.support.background import eventually, running
from tests.support.postgres import through_port
from tests.support.replica import ReplicatedPostgres

WORKSPACES = ("red", "blue")

NODES = 2

SETTINGS = {"send_buffer": "131072", "webhook_networks": "127.0.0.0/8"}
"""A smaller buffer than by default, so that a client that reads nothing for some seconds is cut for
it; webhooks go to this machine."""


@dataclass
class World:
    """What there is, for the nemesis to break."""

    databases: Databases
    link: Proxy
    network: Network = field(init=False)
    nodes: list[Supervisor] = field(default_factory=list)
    subscribers: list[Subscriber] = field(default_factory=list)
    relayed: Relayed | None = None
    """The way over JetStream, where there is a nats-server."""
    node: int = 0
    """The one that the network leads to."""

    async def dial_node(self) -> Stream:
        return await dial_narrowly(self.nodes[self.node].port)

    @property
    def entrances(self) -> list[str]:
        return [node.url for node in self.nodes]

    @property
    def database_url(self) -> str:
        return self.databases.url


@asynccontextmanager
async def world(
    directory: Path,
    users: list[str],
    subscribers: int,
    recorder: Recorder,
    *,
    seed: int,
    command: Sequence[str] | None = None,
) -> AsyncIterator[World]:
    """All of it, started; everybody has authenticated. It ends in the opposite order.

    `command` starts the service where it is not to be `tests.support.program`.
    """
    async with AsyncExitStack() as stack:
        databases = Databases(ReplicatedPostgres(directory), recorder)
        stack.push_async_callback(databases.stop)
        await databases.start()
        link = await stack.enter_async_context(Proxy(databases.dial))
        url = through_port(databases.url, link.port)
        there = World(databases, link)
        for _ in range(NODES):
            node = Supervisor(url, recorder, command, **SETTINGS)
            await asyncio.to_thread(node.start)
            stack.push_async_callback(asyncio.to_thread, node.close)
            there.nodes.append(node)
        there.network = await stack.enter_async_context(Network(there.dial_node, is_narrow=True))
        there.subscribers = await stack.enter_async_context(
            subscribed(there.network, users, subscribers, recorder)
        )
        there.relayed = stack.enter_context(
            relayed(url, directory, recorder, seed=seed, command=command)
        )
        retold: list[RetoldSubscriber] = [
            await stack.enter_async_context(webhook_receiver(there.nodes[0].url, recorder, seed))
        ]
        if there.relayed is not None:
            consumer = stream_consumer(there.relayed.server.port, recorder)
            retold.append(await stack.enter_async_context(consumer))
        await stack.enter_async_context(running(*(each.run() for each in retold)))
        for each in retold:
            await eventually(each.has_begun)
        there.subscribers += retold
        yield there


@asynccontextmanager
async def subscribed(
    network: Network, users: Sequence[str], count: int, recorder: Recorder
) -> AsyncIterator[list[Subscriber]]:
    """So many kanal-clients on a network, the stock clients and the readers of the feed, all
    authenticated."""
    async with AsyncExitStack() as stack:
        found: list[Subscriber] = []
        for number in range(count):
            client = kanal_client(network, number, _access(number, users), recorder)
            found.append(await stack.enter_async_context(client))
        for number in range(len(STOCK)):
            stock = stock_client(network, number, _access(number, users), recorder)
            found.append(await stack.enter_async_context(stock))
        for number in range(len(READERS)):
            reader = feed_reader(network, number, _access(number, users), recorder)
            found.append(await stack.enter_async_context(reader))
        await stack.enter_async_context(running(*(each.run() for each in found)))
        for each in found:
            await eventually(each.has_begun, within=LONGEST_RETURN)
        yield found


def _access(number: int, users: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The user of a subscriber, and its workspaces: most have all, every third only one."""
    workspaces = WORKSPACES if number % 3 != 2 else WORKSPACES[:1]
    return users[number % len(users)], workspaces
