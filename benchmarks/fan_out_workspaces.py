"""The row `fan-out-workspaces`: many events a second, each to the few sockets of its workspace."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from benchmarks.cpu import used
from benchmarks.load_loop import LoadLoop
from benchmarks.making import state_of
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket, open_sockets
from persistence.log.append_queue import AppendQueue
from tests.support.node import open_node
from tests.support.tokens import token

SOCKETS = 5_000
OF_EACH = 10
"""Sockets of a workspace, where there are many."""

DELIVERIES = 20_000
"""A second."""

PATIENCE = 30.0


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    with ExitStack() as stack:
        loop = stack.enter_context(LoadLoop())

        def trial(name: str, of_each: int) -> Callable[[Plan], Sample]:
            load = _Load(stack.enter_context(kanal(server_url)), plan, of_each)
            loop.run(load.open())
            return lambda plan: loop.run(load.measured(plan))

        sockets = max(int(plan.scale * SOCKETS), 2 * OF_EACH)
        yield [
            Contender(f"{SOCKETS // OF_EACH} workspaces", "ours", trial("many", OF_EACH)),
            Contender("one workspace", "floor", trial("one", sockets), target=1 / 1.3),
        ]


class _Load:
    """The sockets of one service, so many in each workspace, and who appends what they hear."""

    def __init__(self, server: Server, plan: Plan, of_each: int) -> None:
        self._server = server
        sockets = max(int(plan.scale * SOCKETS), 2 * OF_EACH)
        self._workspaces = [f"workspace-{number}" for number in range(sockets // of_each)]
        self._of_each = of_each
        self._rate = plan.scale * DELIVERIES / of_each
        self._sockets: Sequence[CountingSocket] = ()

    async def open(self) -> None:
        tokens = [
            token("bench", (workspace_id,), ttl=86_400)
            for workspace_id in self._workspaces
            for _ in range(self._of_each)
        ]
        self._sockets = await open_sockets(self._server.url, tokens)

    async def measured(self, plan: Plan) -> Sample:
        async with open_node(self._server.database) as node:
            await self._append(node.queue, plan.warm_up)
            before = self._heard
            taken = await used([self._server], self._append(node.queue, plan.seconds))
            heard = self._heard - before
        return Sample(
            taken / heard * 1_000_000,
            {
                "events a second": heard / self._of_each / plan.seconds,
                "server busy %": taken / plan.seconds * 100,
            },
        )

    @property
    def _heard(self) -> int:
        return sum(each.frames for each in self._sockets)

    async def _append(self, queue: AppendQueue, seconds: float) -> None:
        """Append at a steady rate, each event by itself, and wait until all are heard."""
        events = max(round(self._rate * seconds), 1)
        goal = self._heard + events * self._of_each
        due = time.perf_counter()
        async with asyncio.TaskGroup() as appending:
            for workspace_id, _ in zip(cycle(self._workspaces), range(events), strict=False):
                event = StoredEvent(uuid4(), 1, "channel.created", state_of(workspace_id))
                appending.create_task(queue.append([event], workspace_id))
                due += 1 / self._rate
                await asyncio.sleep(due - time.perf_counter())
        async with asyncio.timeout(PATIENCE):
            while self._heard < goal:
                await asyncio.sleep(0.005)


ROW = Row(
    name="fan-out-workspaces",
    title="Fan-out to 5,000 sockets in 500 workspaces",
    unit="server CPU µs a delivery",
    about=f"{SOCKETS:,} sockets over WebSocket, {OF_EACH} in each workspace: another node appends"
    f" {DELIVERIES // OF_EACH:,} events a second, each to one workspace after the other. Beside it"
    f" a service with one workspace of {SOCKETS:,}, and as many deliveries a second.",
    findings="Beside what a socket costs, which is nearly all of the floor, there is what an event"
    " costs: to read, decode, fold and encode it, and to keep the read models up to date with it,"
    " for each of ten deliveries where the floor has five thousand. What paid: pages that gather"
    " for up to 10 ms where events come fast, structs in the place of dataclasses, a message that"
    " keeps its bytes, frames without a lock, no putting together for each session where none is in"
    " two workspaces. By a sampling profile 45% of what is left is the kernel's, which sends; an"
    " eighth is the read models', a tenth the follower's of revocations, which reads the log for"
    " the delivery too, and the rest is in pieces of under 5%.",
    contenders=_contenders,
    less_is_better=True,
)
