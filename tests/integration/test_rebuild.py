"""A rebuild: the same list anew from the log, in one step for readers, or nothing at all."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain.errors import Conflict, Unavailable
from projections.channel_list_projection import ChannelListProjection
from projections.rebuild import rebuild
from tests.support.background import eventually, running
from tests.support.channel_list import Rows, list_rows
from tests.support.creation import ALICE, BOB, create
from tests.support.node import Node

CHANNELS = 25
HEAD = 2 * CHANNELS
"""Each channel is two events: the channel, and its name."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.rebuild.PAGE_SIZE", 7)
    monkeypatch.setattr("projections.runner.TAKE_OVER_INTERVAL", 0.01)


async def create_channels(node: Node, prefix: str = "channel") -> None:
    for number in range(CHANNELS):
        actor = BOB if number % 2 else ALICE
        await create(node.commands, f"{prefix} {number}", actor=actor, is_private=number % 3 == 0)


@pytest.fixture
async def live(node: Node, admin: asyncpg.Connection) -> Rows:
    """The list as a runner has written it, while there was one."""
    await create_channels(node)
    async with running(node.runner().run()):
        await node.list_reached(HEAD)
    return await list_rows(admin)


def steps(node: Node) -> AsyncIterator[tuple[int, int]]:
    return rebuild(node.database, node.log, node.stored, ChannelListProjection())


async def rebuilt(node: Node) -> list[tuple[int, int]]:
    """Rebuild, and answer the progress that it told of."""
    return [progress async for progress in steps(node)]


async def test_it_makes_the_list_that_was_there(
    second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    """From the log alone: of the old rows, wrong and missing and superfluous ones, nothing."""
    await admin.execute("UPDATE channel_list SET name = 'spoilt', position = -position")
    await admin.execute("DELETE FROM channel_list WHERE created_position < 10")
    await admin.execute(
        "INSERT INTO channel_list_members SELECT gen_random_uuid(), 'mallory', 'demo', 1"
    )
    await admin.execute("UPDATE checkpoints SET position = 3")
    await rebuilt(second_node)
    assert len(live[0]) == CHANNELS
    assert await list_rows(admin) == live


async def test_it_tells_how_far_it_is(second_node: Node, live: Rows) -> None:
    progress = await rebuilt(second_node)
    assert progress[0] == (0, HEAD)
    assert progress[-1] == (HEAD, HEAD)
    assert [position for position, _ in progress] == [0, 7, 14, 21, 28, 35, 42, 49, 50]


async def test_an_empty_log_makes_an_empty_list(node: Node, admin: asyncpg.Connection) -> None:
    assert await rebuilt(node) == [(0, 0)]
    assert await list_rows(admin) == ([], [], 0)


async def test_it_is_refused_while_a_service_writes_and_changes_nothing(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    async with running(node.runner().run()):
        await create(node.commands, "one more")
        await node.list_reached(HEAD + 2)
        before = await list_rows(admin)
        with pytest.raises(Conflict, match="stop the service first"):
            await rebuilt(second_node)
        assert await list_rows(admin) == before
    no_writer = "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')"
    await eventually(lambda: admin.fetchval(no_writer))
    await rebuilt(second_node)


async def test_two_rebuilds_at_once_are_one(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    first = steps(node)
    await anext(first)
    with pytest.raises(Conflict):
        await rebuilt(second_node)
    async for _ in first:
        pass
    assert await list_rows(admin) == live


async def test_readers_see_the_old_list_until_the_new_one_is_whole(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    await admin.execute("UPDATE channel_list SET name = 'old'")
    await create(node.commands, "new")
    async for _ in steps(second_node):
        page = await node.channels.page("demo", "alice", limit=100, after=0)
        assert {channel.name for channel in page.channels} == {"old"}
        assert page.position == HEAD
    page = await node.channels.page("demo", "alice", limit=100, after=0)
    assert page.channels[-1].name == "new"
    assert page.position == HEAD + 2


async def test_one_that_is_broken_off_leaves_the_old_list(
    second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    progress = steps(second_node)
    for _ in range(3):
        await anext(progress)
    await progress.aclose()  # type: ignore[attr-defined]
    assert await list_rows(admin) == live
    assert len(await rebuilt(second_node)) == 9


async def test_one_whose_connection_is_lost_says_so_and_leaves_the_old_list(
    second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    progress = steps(second_node)
    for _ in range(3):
        await anext(progress)
    ended = await admin.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
    )
    assert len(ended) == 1
    with pytest.raises(Unavailable):
        async for _ in progress:
            pass
    assert await list_rows(admin) == live
    assert len(await rebuilt(second_node)) == 9


async def test_a_service_that_starts_meanwhile_goes_on_from_the_rebuilt_list(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    progress = steps(second_node)
    await anext(progress)
    async with running(node.runner().run()):
        await create_channels(node, "meanwhile")
        async for _ in progress:
            pass
        await node.list_reached(2 * HEAD)
    channels, _, checkpoint = await list_rows(admin)
    assert [row["created_position"] for row in channels] == list(range(1, 2 * HEAD, 2))
    assert checkpoint == 2 * HEAD
