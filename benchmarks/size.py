"""The row `size`: commands on a large channel of a large system beside the same on an empty one."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import count
from statistics import median
from uuid import uuid4

import uvloop

from benchmarks.measure import Contender, Plan, Row, Sample
from domain.actor import Actor, Cause, Role
from domain.channel import Channel
from domain.channel_fields import ChannelPatch, NewChannel
from domain.channel_name import ChannelName
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.event_log import DomainEvent
from domain.name_registry import first_reservation
from domain.queries import ChannelQueries, ChannelRef
from persistence.log.mapper import create_mapper
from persistence.read_models.checkpoints import read_checkpoint
from projections.channel_list.projection import ChannelListProjection
from projections.snapshots import ChannelSnapshots
from tests.support.background import running
from tests.support.node import Node, open_node
from tests.support.postgres import create_database

CHANNELS = 100_000
MEMBERS = 10_000
WORKSPACE = "bench"
BATCH = 500

ALICE = Actor("alice", {WORKSPACE: Role.USER})
CAUSE = Cause(ALICE, "bench")


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    large, empty = create_database(server_url), create_database(server_url)
    channels, members = (int(plan.scale * number) for number in (CHANNELS, MEMBERS))
    large_ref = uvloop.run(_fill(large, channels=channels, members=members))
    empty_ref = uvloop.run(_fill(empty, channels=0, members=1))
    numbers = count()
    yield [
        Contender("large system", "ours", partial(_trial, large, large_ref, numbers)),
        Contender("empty system", "floor", partial(_trial, empty, empty_ref, numbers), 0.5),
    ]


async def _fill(url: str, *, channels: int, members: int) -> ChannelRef:
    """A system of so many channels, one of them private with so many members."""
    async with _open(url) as node:
        for start in range(0, channels, BATCH):
            named = [_channel(f"channel {start + number}") for number in range(BATCH)]
            await node.log.append([event for events in named for event in events], WORKSPACE)
        channel = Channel.create(
            CAUSE,
            channel_id=uuid4(),
            workspace_id=WORKSPACE,
            name=ChannelName("members"),
            description=None,
            is_private=True,
        )
        naming = first_reservation(CAUSE, channel)
        for number in range(1, members):
            channel.add_member(CAUSE, f"user-{number}", None)
        events = [*channel.collect_events(), *naming]
        for start in range(0, len(events), BATCH):
            await node.log.append(events[start : start + BATCH], WORKSPACE)
        await _level(node)
        return ChannelRef(WORKSPACE, channel.id)


def _channel(name: str) -> Sequence[DomainEvent]:
    channel = Channel.create(
        CAUSE,
        channel_id=uuid4(),
        workspace_id=WORKSPACE,
        name=ChannelName(name),
        description=None,
        is_private=False,
    )
    return [*channel.collect_events(), *first_reservation(CAUSE, channel)]


def _trial(url: str, ref: ChannelRef, numbers: "count[int]", plan: Plan) -> Sample:
    """One command after the other: each kind in turn, on the channel and beside it."""

    async def trial() -> Sample:
        async with _open(url) as node:
            queries = ChannelQueries(node.log, ChannelRepository(node.log))
            commands = ChannelCommands(node.log, queries)
            kinds = {
                "update": lambda n: commands.update_channel(
                    CAUSE, ref, ChannelPatch(description=f"{n}")
                ),
                "rename": lambda n: commands.update_channel(
                    CAUSE, ref, ChannelPatch(name=f"members {n}")
                ),
                "add": lambda n: commands.add_member(CAUSE, ref, f"new-{n}"),
                "remove": lambda n: commands.remove_member(CAUSE, ref, f"new-{n}"),
                "create": lambda n: commands.create_channel(
                    CAUSE, WORKSPACE, NewChannel(name=f"another {n}")
                ),
                "list": lambda n: node.channels.page(WORKSPACE, "alice", limit=50, after=n),
            }
            began = time.perf_counter()
            await queries.channel(ALICE, ref)
            first = time.perf_counter() - began
            seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
            ends = time.perf_counter() + plan.seconds
            while time.perf_counter() < ends:
                number = next(numbers)
                for kind, command in kinds.items():
                    began = time.perf_counter()
                    await command(number)
                    seconds[kind].append(time.perf_counter() - began)
        every = [each for found in seconds.values() for each in found]
        return Sample(
            value=len(every) / sum(every),
            columns={f"{kind} ms": median(found) * 1000 for kind, found in seconds.items()}
            | {"first use ms": first * 1000},
        )

    return uvloop.run(trial())


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Node]:
    async with open_node(url) as node:
        projections = (ChannelListProjection(), ChannelSnapshots(create_mapper()))
        async with running(*(node.runner(projection).run() for projection in projections)):
            yield node


async def _level(node: Node) -> None:
    """Wait until the projections have caught up, and the planner knows the tables."""
    head = await node.stored.head()
    for model in (ChannelListProjection.model, ChannelSnapshots.model):
        while True:
            async with node.database.acquire() as connection:
                if await read_checkpoint(connection, model) == head:
                    break
            await asyncio.sleep(0.05)
    async with node.database.acquire() as connection:
        await connection.execute("ANALYZE", timeout=60)


ROW = Row(
    name="size",
    title="Commands on a large channel of a large system",
    unit="commands a second",
    about="One caller, one command after the other (update, rename, add and remove a member,"
    f" create, and a page of the list), on a private channel with {MEMBERS:,} members in a"
    f" workspace of {CHANNELS:,} channels, beside the same on a private channel with one member in"
    " an empty system. First use: reading the channel once after a start.",
    contenders=_contenders,
)
