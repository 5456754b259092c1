"""The row `resume`: many clients that come back together, each a thousand positions behind."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from uuid import uuid4

import uvloop

from benchmarks import cores
from benchmarks.hearing import WORKSPACE, Hearing, milliseconds
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket, abort_sockets
from domain.actor import Actor, Role
from tests.support.creation import create
from tests.support.node import open_node
from tests.support.tokens import token

CLIENTS = 1_000
BEHIND = 1_000
"""Positions; a channel takes two, one of them its name's."""

RATE = 50.0
"""Channels a second that are created meanwhile, for one socket that is level."""

PATIENCE = 120.0


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    clients, channels = (max(4, int(plan.scale * number)) for number in (CLIENTS, BEHIND // 2))
    with kanal(server_url) as server:
        yield [
            Contender("all come back", "ours", partial(_trial, server, channels, clients)),
            Contender("one comes back", "floor", partial(_trial, server, channels, 1)),
        ]


def _trial(server: Server, channels: int, clients: int, plan: Plan) -> Sample:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with cores.pinned(cores.LOAD):
        # A process of their own: the one that is level is not to wait for those who are not.
        comers = context.Process(target=_come_back, args=(server, channels, clients, theirs))
        comers.start()
        ours.recv()
        try:
            return uvloop.run(_hear(server, ours, channels * clients, plan))
        finally:
            comers.join()


async def _hear(server: Server, comers: Connection, told: int, plan: Plan) -> Sample:
    """Let the others come back, and listen until they are level, or a while longer."""
    hearing = Hearing(server.url, _access())
    are_level, is_over = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().add_reader(comers.fileno(), are_level.set)
    creating = asyncio.create_task(hearing.create(RATE, lambda _: is_over.is_set()))
    await asyncio.sleep(plan.warm_up)
    hearing.forget()
    began = time.perf_counter()
    comers.send(None)
    await are_level.wait()
    seconds = time.perf_counter() - began
    await asyncio.sleep(plan.seconds - seconds)
    is_over.set()
    await creating
    p50, p99 = milliseconds(hearing.latencies)
    return Sample(
        value=told / seconds,
        columns={"seconds until all are level": seconds, "live p50 ms": p50, "live p99 ms": p99},
    )


def _come_back(server: Server, channels: int, clients: int, level: Connection) -> None:
    uvloop.run(_Comers(server, channels).come_back(clients, level))


class _Comers:
    """Clients that have missed so many channels."""

    def __init__(self, server: Server, channels: int) -> None:
        self._server = server
        self._channels = channels
        self._behind = 0
        self._all_level = asyncio.Event()

    async def come_back(self, clients: int, level: Connection) -> None:
        """Miss the channels; come back when told to, and say when all are level."""
        place = await self._make_channels()
        level.send(None)
        await asyncio.to_thread(level.recv)
        self._behind = clients
        sockets = [CountingSocket(self._heard) for _ in range(clients)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(each.open(self._server.url, _access(), position=place) for each in sockets)
            )
            await self._all_level.wait()
        level.send(None)
        abort_sockets(sockets)

    async def _make_channels(self) -> int:
        """Answers the position before them."""
        actor = Actor("bench", {WORKSPACE: Role.USER})
        async with open_node(self._server.database) as node:
            place = await node.stored.head()
            for _ in range(self._channels):
                name = str(uuid4())
                await create(node.commands, name, actor=actor, workspace_id=WORKSPACE)
        return place

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames - frames < self._channels <= each.frames:
            self._behind -= 1
            if not self._behind:
                self._all_level.set()


def _access() -> str:
    return token("bench", (WORKSPACE,), ttl=86_400)


ROW = Row(
    name="resume",
    title="Clients that come back together",
    unit="channels told a second",
    about=f"{CLIENTS:,} clients connect at once over WebSocket, each {BEHIND:,} positions behind"
    f" ({BEHIND // 2} channels and their names), until all are level. Meanwhile {RATE:g}"
    " channels a second are created, and one socket that is level notes how long each takes from"
    " the request to being heard. Beside it, the same with one client that comes back.",
    contenders=_contenders,
    rounds=3,
)
