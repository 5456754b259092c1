"""The channel list: what the log says, for whom, and up to which position."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.channel import Channel, ChannelCreated
from domain.errors import Conflict
from persistence.checkpoints import CheckpointConflict, advance_checkpoint, read_checkpoint
from projections.channel_list import ChannelList, ChannelListProjection
from projections.channel_model import ChannelModel
from projections.rebuild import rebuild
from projections.runner import ProjectionRunner
from tests.support.events import channel_created
from tests.support.node import Node, open_node

PATIENCE = 30.0


@asynccontextmanager
async def kept_up_to_date(node: Node) -> AsyncIterator[ChannelList]:
    """The list, with a runner that writes it."""
    runner = ProjectionRunner(node.database, node.log, node.wakeup, ChannelListProjection())
    running = asyncio.create_task(runner.run())
    yield ChannelList(node.database, node.wakeup)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def channels(node: Node) -> AsyncIterator[ChannelList]:
    async with kept_up_to_date(node) as channels:
        yield channels


async def reached(channels: ChannelList, position: int) -> None:
    async with asyncio.timeout(PATIENCE):
        await channels.wait_for(position)


async def all_pages(channels: ChannelList, user: str, limit: int) -> list[ChannelModel]:
    found, after = [], 0
    while True:
        page = await channels.page("demo", user, limit=limit, after=after)
        assert len(page.channels) <= limit
        found.extend(page.channels)
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("seed", range(3))
async def test_pages_hold_each_visible_channel_once_in_the_order_of_creation(
    node: Node, channels: ChannelList, seed: int
) -> None:
    rng = random.Random(seed)
    expected: dict[str, list[str]] = {"alice": [], "bob": []}
    for number in range(40):
        workspace, user = rng.choice(["demo", "demo", "other"]), rng.choice(["alice", "bob"])
        is_private = rng.random() < 0.5
        created = channel_created(
            str(number), workspace=workspace, user=user, is_private=is_private
        )
        head = await node.log.append([created], workspace)
        for reader, names in expected.items():
            if workspace == "demo" and (not is_private or reader == user):
                names.append(str(number))
    await reached(channels, head)
    for reader, names in expected.items():
        found = await all_pages(channels, reader, rng.randint(1, 7))
        assert [channel.name for channel in found] == names


async def test_a_page_shows_every_channel_up_to_the_position_it_claims(
    node: Node, channels: ChannelList
) -> None:
    writing = asyncio.gather(
        *(node.log.append([channel_created(str(number))], "demo") for number in range(300))
    )
    position = 0
    async with asyncio.timeout(PATIENCE):
        while position < 300:
            page = await channels.page("demo", "alice", limit=1000, after=0)
            assert len(page.channels) == page.position  # each event of this log is a channel
            position = page.position
    await writing


async def test_rows_and_checkpoint_move_together(node: Node) -> None:
    class Broken(ChannelListProjection):
        async def apply(self, connection, page):  # type: ignore[no-untyped-def]
            await super().apply(connection, page)
            raise ZeroDivisionError

    await node.log.append([channel_created()], "demo")
    runner = ProjectionRunner(node.database, node.log, node.wakeup, Broken())
    with pytest.raises(ZeroDivisionError):
        await runner.run()
    page = await ChannelList(node.database, node.wakeup).page("demo", "alice", limit=9, after=0)
    assert (page.channels, page.position) == ([], 0)


async def test_one_of_two_services_writes_and_the_other_takes_over(
    node: Node, channels: ChannelList, database_url: str
) -> None:
    await reached(channels, await node.log.append([channel_created("1")], "demo"))
    async with open_node(database_url) as other:
        runner = ProjectionRunner(other.database, other.log, other.wakeup, ChannelListProjection())
        standing_by = asyncio.create_task(runner.run())
        for number in range(2, 5):
            # Ends the writer, whichever of the two it is by now.
            async with node.database.acquire() as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND database = (SELECT oid FROM pg_database"
                    " WHERE datname = current_database())"
                )
            head = await node.log.append([channel_created(str(number))], "demo")
            await reached(channels, head)
        standing_by.cancel()
        await asyncio.gather(standing_by, return_exceptions=True)
    found = await all_pages(channels, "alice", 10)
    assert [channel.name for channel in found] == ["1", "2", "3", "4"]


async def test_a_checkpoint_that_somebody_else_has_moved_is_not_moved(node: Node) -> None:
    async with node.database.acquire() as connection:
        await advance_checkpoint(connection, "x", expected=0, position=5)
        with pytest.raises(CheckpointConflict):
            await advance_checkpoint(connection, "x", expected=0, position=9)
        await advance_checkpoint(connection, "x", expected=5, position=7)
        assert await read_checkpoint(connection, "x") == 7


async def rebuild_all(node: Node) -> None:
    async for _ in rebuild(node.database, node.log, node.stored, ChannelListProjection()):
        pass


async def test_a_rebuilt_list_equals_the_live_one(node: Node) -> None:
    async with kept_up_to_date(node) as channels:
        for number in range(30):
            created = channel_created(str(number), is_private=number % 3 == 0)
            head = await node.log.append([created], "demo")
        await reached(channels, head)
        live = await all_pages(channels, "alice", 100)
        assert len(live) == 30
    async with node.database.acquire() as connection:
        await connection.execute("UPDATE channel_list SET name = 'spoilt'")
    await rebuild_all(node)
    page = await channels.page("demo", "alice", limit=100, after=0)
    assert page.channels == live
    assert page.position == head


async def test_a_rebuild_is_refused_while_a_service_writes(
    node: Node, channels: ChannelList
) -> None:
    await reached(channels, await node.log.append([channel_created()], "demo"))
    with pytest.raises(Conflict, match="stop the service first"):
        await rebuild_all(node)


async def test_a_rebuild_that_is_broken_off_leaves_the_old_rows(node: Node) -> None:
    for number in range(3):
        await node.log.append([channel_created(str(number))], "demo")
    await rebuild_all(node)
    steps = rebuild(node.database, node.log, node.stored, ChannelListProjection())
    await anext(steps)  # has cleared the rows, in its own transaction
    channels = ChannelList(node.database, node.wakeup)
    assert len(await all_pages(channels, "alice", 10)) == 3
    await steps.aclose()
    page = await channels.page("demo", "alice", limit=10, after=0)
    assert (len(page.channels), page.position) == (3, 3)


async def test_the_list_equals_the_fold_of_the_log(node: Node, channels: ChannelList) -> None:
    for number in range(20):
        head = await node.log.append(
            [channel_created(str(number), is_private=number % 2 == 0)], "demo"
        )
    await reached(channels, head)
    folded = {}
    for recorded in await node.log.read_all(after=0, limit=100):
        if isinstance(recorded.event, ChannelCreated):
            channel = recorded.event.mutate(None)
            assert isinstance(channel, Channel)
            folded[str(channel.id)] = (channel.name, channel.is_private, recorded.position)
    listed = await all_pages(channels, "alice", 100)
    assert {
        channel.id: (channel.name, channel.is_private, channel.position) for channel in listed
    } == folded
