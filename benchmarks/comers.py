"""The clients of a node that is killed: a process that holds them, and lets them come back to the
nodes that stay."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import Connection
from random import Random

import uvloop

from benchmarks.default_clients import DefaultClient
from benchmarks.servers import Server
from benchmarks.sockets import CountingSocket, abort_sockets, open_sockets
from tests.support.node import open_node
from tests.support.tokens import token

WORKSPACE = "storm"
"""That of all of them."""

MISSED = 10
"""Channels that are created there when the node has gone; who is level has heard of each."""

ALONE = 4.0
"""Seconds to wait where there is nobody to come."""

PATIENCE = 120.0

Delay = tuple[float, float]
"""Seconds until a client comes back, at least and at most."""

Heard = Callable[[int], None]
"""Told how many events have come."""

Coming = Callable[[str, str, int, Heard], Awaitable[CountingSocket]]
"""Connects to a URL with a token and a position."""

_EVENT = b'"channel-created"'


async def by_default(url: str, access: str, place: int, heard: Heard) -> CountingSocket:
    """Over polling, and upgraded; whose upgrade a node gives up comes once more."""
    while True:
        client = DefaultClient(lambda payload: heard(payload.count(_EVENT)))
        with suppress(OSError):
            await client.open(url, access, position=place)
            return client.socket


async def over_websocket(url: str, access: str, place: int, heard: Heard) -> CountingSocket:
    """Over WebSocket alone."""
    socket = CountingSocket(lambda _, frames: heard(frames))
    await socket.open(url, access, position=place)
    return socket


def come_back(
    killed: Server,
    staying: Sequence[Server],
    count: int,
    delay: Delay,
    coming: Coming,
    told: Connection,
) -> None:
    """The process: it says when so many clients are there, lets them come back when it is told to,
    and says how busy it was until all were level, in per cent."""
    gc.disable()  # thousands of clients apart do not pause together
    uvloop.run(_Comers(count, delay, coming).come_back(killed, staying, told))


class _Comers:
    """The clients, each a user."""

    def __init__(self, count: int, delay: Delay, coming: Coming) -> None:
        self._delay = delay
        self._coming = coming
        self._behind = count
        self._all_level = asyncio.Event()
        self._tokens = [
            token(f"user-{number}", (WORKSPACE,), ttl=86_400) for number in range(count)
        ]

    async def come_back(self, killed: Server, staying: Sequence[Server], told: Connection) -> None:
        async with open_node(killed.database) as node:
            place = await node.stored.head()
        before = await open_sockets(killed.url, self._tokens)
        told.send(None)
        await asyncio.to_thread(told.recv)
        began, busy = time.perf_counter(), time.process_time()
        abort_sockets(before)
        random = Random(0)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            coming = [
                tasks.create_task(self._come(node.url, access, place, random.uniform(*self._delay)))
                for access, node in zip(self._tokens, cycle(staying), strict=False)
            ]
            if coming:
                await self._all_level.wait()
            else:
                await asyncio.sleep(ALONE)
        seconds = time.perf_counter() - began
        told.send((time.process_time() - busy) / seconds * 100)
        await asyncio.to_thread(told.recv)
        abort_sockets(each.result() for each in coming)

    async def _come(self, url: str, access: str, place: int, delay: float) -> CountingSocket:
        await asyncio.sleep(delay)
        so_far = 0

        def heard(events: int) -> None:
            nonlocal so_far
            if so_far < MISSED <= so_far + events:
                self._is_level()
            so_far += events

        return await self._coming(url, access, place, heard)

    def _is_level(self) -> None:
        self._behind -= 1
        if not self._behind:
            self._all_level.set()
