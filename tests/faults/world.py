"""The world of a run: Postgres, the service, the ways between them and to the clients, the clients.

writers ─────────────────→ two nodes of the service ── link ──→ Postgres ──→ its replica
subscribers ── network ──→ one of them
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.faults.channel_lists import read_list
from tests.faults.failover import Databases
from tests.faults.history import Model, Recorder
from tests.faults.proxy import Proxy, Stream, dial_narrowly
from tests.faults.subscribers import Subscriber, subscriber
from tests.faults.supervisor import Supervisor
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.postgres import through_port
from tests.support.replica import ReplicatedPostgres

WORKSPACES = ("red", "blue")

NODES = 2

SETTINGS = {"send_buffer": "131072"}
"""Less than by default, so that a client that reads nothing for some seconds is cut for it."""


@dataclass
class World:
    """What there is, for the nemesis to break."""

    databases: Databases
    link: Proxy
    network: Proxy = field(init=False)
    nodes: list[Supervisor] = field(default_factory=list)
    subscribers: list[Subscriber] = field(default_factory=list)
    node: int = 0
    """The one that the network leads to."""

    async def dial_node(self) -> Stream:
        return await dial_narrowly(self.nodes[self.node].port)

    async def read_lists(
        self, users: list[str], *, upto: int
    ) -> dict[tuple[str, str], list[Model]]:
        """The channels as each user has them in each workspace, as of a position."""
        async with httpx.AsyncClient(base_url=self.nodes[0].url, timeout=PATIENCE) as http:
            return {
                (user, workspace): await read_list(http, user, workspace, upto)
                for user in users
                for workspace in WORKSPACES
            }


@asynccontextmanager
async def world(
    directory: Path,
    users: list[str],
    subscribers: int,
    recorder: Recorder,
    *,
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
        there.network = await stack.enter_async_context(Proxy(there.dial_node, is_narrow=True))
        here = f"http://127.0.0.1:{there.network.port}"
        for number in range(subscribers):
            opened = subscriber(here, number, *_who(number, users), recorder)
            there.subscribers.append(await stack.enter_async_context(opened))
        await stack.enter_async_context(running(*(each.run() for each in there.subscribers)))
        for each in there.subscribers:
            await eventually(each.has_begun)
        yield there


def _who(number: int, users: list[str]) -> tuple[str, tuple[str, ...]]:
    """The user of a subscriber, and its workspaces: most have all, every third only one."""
    workspaces = WORKSPACES if number % 3 != 2 else WORKSPACES[:1]
    return users[number % len(users)], workspaces
