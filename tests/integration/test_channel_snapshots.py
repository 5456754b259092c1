"""Snapshots: a channel read with them is the channel that its events make, at every version."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import pytest

from domain.actor import Cause
from domain.channel import Channel
from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelRepository, fold_channel
from domain.queries import ChannelRef
from persistence.log.mapper import create_mapper
from persistence.read_models.checkpoints import read_checkpoint
from projections.running.rebuild import rebuild
from projections.snapshots import KEPT_EVERY, TAKEN_EVERY, ChannelSnapshots
from tests.support.background import eventually, running
from tests.support.creation import ALICE, create
from tests.support.node import Node

CAUSE = Cause(ALICE, "a request")
VERSIONS = KEPT_EVERY + 2 * TAKEN_EVERY + 50


@pytest.fixture
async def long_lived(node: Node) -> UUID:
    """A private channel with many events, most of them members who come, go and rise."""
    channel = (await create(node.commands, "long", is_private=True)).at.channel
    members: list[str] = []
    for version in range(2, VERSIONS + 1):
        if version % 7 == 0:
            channel.update(CAUSE, ChannelPatch(description=f"at {version}"))
        elif version % 5 == 0:
            channel.remove_member(CAUSE, members.pop())
        else:
            members.append(f"user-{version}")
            channel.add_member(CAUSE, members[-1], None)
    await node.log.append(channel.collect_events(), "demo")
    return channel.id


async def take_snapshots(node: Node) -> None:
    async def is_level() -> bool:
        async with node.database.acquire() as connection:
            position = await read_checkpoint(connection, ChannelSnapshots.model)
        return position == await node.stored.head()

    async with running(node.runner(ChannelSnapshots(create_mapper())).run()):
        await eventually(is_level)


async def versions_of_snapshots(admin: asyncpg.Connection) -> Sequence[int]:
    found = await admin.fetch("SELECT originator_version FROM snapshots ORDER BY 1")
    return [row["originator_version"] for row in found]


async def test_with_snapshots_a_channel_is_what_its_events_make_at_every_version(
    node: Node, long_lived: UUID
) -> None:
    await take_snapshots(node)
    channels = ChannelRepository(node.log)
    stream = await node.log.read_stream(long_lived)
    for version in (*range(1, VERSIONS, 97), TAKEN_EVERY, KEPT_EVERY, KEPT_EVERY + 1, VERSIONS):
        at = fold_channel(stream[:version])
        assert at is not None
        found = await channels.as_of(long_lived, version)
        assert found is not None
        assert vars(found) == vars(at.channel)
    current = await channels.find(long_lived)
    assert current is not None
    assert (current.position, current.channel.version) == (stream[-1].position, VERSIONS)


async def test_at_most_a_hundred_events_are_read_beside_a_snapshot(
    node: Node, long_lived: UUID
) -> None:
    await take_snapshots(node)
    read = await node.log.read_latest(long_lived)
    assert isinstance(read[0].event, Channel.Snapshot)
    assert len(read) <= TAKEN_EVERY
    assert [recorded.event.originator_version for recorded in read[1:]] == list(
        range(read[0].event.originator_version + 1, VERSIONS + 1)
    )


async def test_old_snapshots_make_room_but_for_some(
    node: Node, long_lived: UUID, admin: asyncpg.Connection
) -> None:
    await take_snapshots(node)
    assert await versions_of_snapshots(admin) == [KEPT_EVERY, VERSIONS - 50]


async def test_a_channel_with_few_events_has_none(node: Node, admin: asyncpg.Connection) -> None:
    await create(node.commands)
    await take_snapshots(node)
    assert await versions_of_snapshots(admin) == []


async def test_commands_go_on_from_a_snapshot(node: Node, long_lived: UUID) -> None:
    await take_snapshots(node)
    ref = ChannelRef("demo", long_lived)
    at = await node.commands.update_channel(CAUSE, ref, ChannelPatch(name="longer"))
    assert (at.channel.name, at.channel.version) == ("longer", VERSIONS + 1)
    assert at.channel.members == (await node.queries.channel(ALICE, ref)).channel.members


async def test_a_rebuild_believes_no_old_snapshot(
    node: Node, long_lived: UUID, admin: asyncpg.Connection
) -> None:
    await take_snapshots(node)
    before = await admin.fetch("SELECT originator_version, notification_id FROM snapshots")
    await admin.execute("UPDATE snapshots SET state = '{}'")
    projection = ChannelSnapshots(create_mapper())
    async for _ in rebuild(node.database, node.log, projection):
        pass
    assert await admin.fetch("SELECT originator_version, notification_id FROM snapshots") == before
    at = fold_channel(await node.log.read_stream(long_lived))
    found = await ChannelRepository(node.log).find(long_lived)
    assert at is not None
    assert found is not None
    assert vars(found.channel) == vars(at.channel)
