"""The channel list through any life of its channels: it is what the log says, for every reader."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from domain.channel import Channel
from domain.channel_repository import ChannelAt
from domain.errors import Forbidden, NameTaken, NotFound, NotPrivate
from domain.event_log import RecordedEvent
from persistence.read_models.checkpoints import advance_checkpoint, set_checkpoint
from projections.channel_list.projection import ChannelListProjection
from projections.running.rebuild import rebuild
from tests.support.background import running
from tests.support.channel_list import Rows, all_pages, list_rows, pages_of_many_moments, visible
from tests.support.clients import PATIENCE
from tests.support.lives import USERS, Lives
from tests.support.node import Node, open_node

WORKSPACES = ("demo", "Отдел 7")
NAMES = (
    "general",
    "General",
    "Straße",
    "STRASSE",
    "команда",
    "🙂",
    *(f"team {n}" for n in range(6)),
)
READERS = (*USERS, "a stranger")


@pytest.fixture
def lives(node: Node, second_node: Node) -> Lives:
    """Lives on two nodes."""
    nodes = (node.commands, second_node.commands)
    return Lives(nodes, names=NAMES, workspaces=WORKSPACES)


async def check_lists(node: Node) -> None:
    """The list is level with the log, and shows every reader what the log says."""
    log = await node.whole_log()
    await node.list_reached(len(log))
    for workspace in WORKSPACES:
        for user in READERS:
            expected = visible(log, workspace, user)
            for limit in (1, 3, 200):
                assert await all_pages(node.channels, workspace, user, limit) == expected


async def apply_in_pages(
    connection: asyncpg.Connection, log: Sequence[RecordedEvent], size: int
) -> None:
    """Make the list anew, as a runner does whose pages are of that size."""
    projection = ChannelListProjection()
    async with connection.transaction():
        await connection.execute("DELETE FROM channel_list")
        await connection.execute("DELETE FROM channel_list_members")
        await set_checkpoint(connection, projection.model, 0)
    for begin in range(0, len(log), size):
        page = log[begin : begin + size]
        async with connection.transaction():
            await projection.apply(connection, page)
            await advance_checkpoint(
                connection, projection.model, expected=begin, position=page[-1].position
            )


@pytest.mark.usefixtures("list_is_kept")
@pytest.mark.parametrize("seed", [1, 2])
async def test_the_list_is_what_the_log_says_after_any_lives(
    lives: Lives, node: Node, second_node: Node, seed: int
) -> None:
    await lives.live(callers=12, commands=30, seed=seed)
    kinds = {type(attempt.outcome) for attempt in lives.attempts}
    assert kinds >= {ChannelAt, NameTaken, Forbidden, NotFound, NotPrivate}
    for reader in (node, second_node):
        await check_lists(reader)


@pytest.mark.usefixtures("list_is_kept")
async def test_a_page_shows_what_it_claims_whatever_happens_meanwhile(
    lives: Lives, node: Node, second_node: Node
) -> None:
    """Neither more nor less than what the reader could see at its position."""
    async with asyncio.timeout(3 * PATIENCE), lives.going_on(callers=12, commands=5, seed=3):
        pages = await pages_of_many_moments(second_node.channels)
    log = await node.whole_log()
    places = {str(at.event.originator_id): at.position for at in reversed(log)}
    for workspace, user, place, page in pages:
        seen = visible(log[: page.position], workspace, user)
        there = [channel for channel in seen if places[channel.id] > place]
        assert page.channels == there[:3]
        assert page.next == (places[there[2].id] if len(there) > 3 else None)


@pytest.fixture
async def live(lives: Lives, node: Node, admin: asyncpg.Connection) -> AsyncIterator[Rows]:
    """The rows as a runner has written them while channels lived, and then stopped."""
    async with running(node.runner().run()):
        await lives.live(callers=12, commands=30, seed=4)
        await node.list_reached(await node.stored.head())
    yield await list_rows(admin)


async def test_the_rows_are_the_same_whatever_the_pages_of_the_log(
    node: Node, admin: asyncpg.Connection, live: Rows
) -> None:
    log = await node.whole_log()
    for size in (1, 2, 7, len(log)):
        await apply_in_pages(admin, log, size)
        assert await list_rows(admin) == live


async def test_the_rows_of_a_rebuild_are_those_that_were_there(
    node: Node, admin: asyncpg.Connection, live: Rows
) -> None:
    projection = ChannelListProjection()
    async for _ in rebuild(node.database, node.log, projection):
        pass
    assert await list_rows(admin) == live


async def test_of_a_deleted_channel_no_row_is_left(
    node: Node, admin: asyncpg.Connection, live: Rows
) -> None:
    log = await node.whole_log()
    channels, members, _ = live
    ended = {each.event.originator_id for each in log if isinstance(each.event, Channel.Deleted)}
    began = {each.event.originator_id for each in log if isinstance(each.event, Channel.Created)}
    assert ended
    assert {row["channel_id"] for row in channels} == began - ended
    assert {row["channel_id"] for row in members} <= began - ended


@pytest.mark.usefixtures("live")
async def test_the_pages_are_the_same_however_postgres_finds_the_rows(
    admin: asyncpg.Connection, database_url: str
) -> None:
    """Tables are read as they lie where no index may be used."""
    database = await admin.fetchval("SELECT current_database()")
    for plan in ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"):
        await admin.execute(f"ALTER DATABASE {database} SET {plan} = off")
    async with open_node(database_url) as reader:
        await check_lists(reader)
