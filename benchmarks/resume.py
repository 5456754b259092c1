"""The row `resume`: many clients that come back together, each a thousand positions behind."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from uuid import uuid4

import uvloop

from benchmarks import cores
from benchmarks.centrifugo.server import publish_some
from benchmarks.hearing import Hearing, milliseconds
from benchmarks.measure import Absent, Contender, Plan, Row, Sample
from benchmarks.protocols import WORKSPACE
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket, abort_sockets
from benchmarks.stronger_peers import Start, on_centrifugo
from domain.actor import Actor, Role
from tests.support.creation import create
from tests.support.node import open_node

CLIENTS = 1_000
BEHIND = 1_000
"""Positions; a channel takes two, one of them its name's."""

RATE = 50.0
"""Channels a second that are created meanwhile, for one socket that is level."""

PATIENCE = 120.0


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender | Absent]]:
    clients, channels = (max(4, int(plan.scale * number)) for number in (CLIENTS, BEHIND // 2))
    with ExitStack() as stack:
        server = stack.enter_context(kanal(server_url))

        def trial_of(start: Start) -> Callable[[Plan], Sample]:
            return partial(_trial, stack.enter_context(start()), channels, clients)

        yield [
            Contender("all come back", "ours", partial(_trial, server, channels, clients)),
            Contender("one comes back", "floor", partial(_trial, server, channels, 1)),
            on_centrifugo(plan, trial_of),
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
    protocol = server.protocol
    hearing = Hearing(server.url, protocol.access("bench"), protocol=protocol)
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
        url, protocol = self._server.url, self._server.protocol
        sockets = [protocol.socket(self._heard) for _ in range(clients)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(each.open(url, protocol.access("bench"), **place) for each in sockets)
            )
            await self._all_level.wait()
        level.send(None)
        abort_sockets(sockets)

    async def _make_channels(self) -> dict[str, object]:
        """Answers what a socket comes back with that has seen none of them."""
        if not self._server.database:
            return await publish_some(self._server, self._channels)
        actor = Actor("bench", {WORKSPACE: Role.USER})
        async with open_node(self._server.database) as node:
            place = await node.stored.head()
            for _ in range(self._channels):
                name = str(uuid4())
                await create(node.commands, name, actor=actor, workspace_id=WORKSPACE)
        return {"position": place}

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames - frames < self._channels <= each.frames:
            self._behind -= 1
            if not self._behind:
                self._all_level.set()


ROW = Row(
    name="resume",
    title="Clients that come back together",
    unit="channels told a second",
    about=f"{CLIENTS:,} clients connect at once over WebSocket, each {BEHIND:,} positions behind"
    f" ({BEHIND // 2} channels and their names), until all are level. Meanwhile {RATE:g}"
    " channels a second are created, and one socket that is level notes how long each takes from"
    " the request to being heard. Beside it, the same with one client that comes back; and with"
    f" Centrifugo, which keeps {BEHIND // 2} publications in memory and tells them in its answer to"
    " the connect command.",
    contenders=_contenders,
    rounds=3,
)
