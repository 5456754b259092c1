"""Positions are 1, 2, 3, … without holes, whatever becomes of each command."""

import asyncio

import asyncpg
import pytest

from domain.event_log import StreamConflict
from tests.support.background import eventually
from tests.support.events import stored_event, stored_stream
from tests.support.node import Node, open_node
from tests.support.postgres import OUR_LOCKS


async def positions_of(node: Node) -> list[int]:
    return [found.id for found in await node.stored.select_page(after=0, limit=10_000)]


async def test_an_append_answers_where_its_first_event_is(node: Node) -> None:
    assert await node.stored.head() == 0
    firsts = [await node.queue.append(stored_stream(count), "demo") for count in (3, 1, 2)]
    assert firsts == [1, 4, 5]
    assert await node.stored.head() == 6
    assert await positions_of(node) == [1, 2, 3, 4, 5, 6]


async def test_the_events_of_a_command_stand_together_in_its_own_order(node: Node) -> None:
    commands = [stored_stream(1 + number % 4) for number in range(50)]
    firsts = await asyncio.gather(*(node.queue.append(command, "demo") for command in commands))
    log = await node.stored.select_page(after=0, limit=1_000)
    for command, first in zip(commands, firsts, strict=True):
        found = log[first - 1 : first - 1 + len(command)]
        assert [(each.originator_id, each.originator_version) for each in found] == [
            (each.originator_id, each.originator_version) for each in command
        ]
    assert [each.id for each in log] == list(range(1, sum(map(len, commands)) + 1))


async def test_a_conflict_leaves_no_hole(node: Node) -> None:
    taken = stored_event()
    await node.queue.append([taken], "demo")
    for _ in range(3):
        with pytest.raises(StreamConflict):
            await node.queue.append([stored_event(), taken], "demo")
    assert await node.stored.head() == 1
    assert await node.queue.append([stored_event()], "demo") == 2
    assert await positions_of(node) == [1, 2]


async def test_a_command_at_odds_with_itself_is_a_conflict(node: Node) -> None:
    twice = stored_event()
    with pytest.raises(StreamConflict):
        await node.queue.append([twice, twice], "demo")
    assert await node.stored.head() == 0


async def append_uncommitted(connection: asyncpg.Connection) -> int:
    """Append an event in the connection's transaction, which is still open."""
    (position,) = await connection.fetchval(
        "SELECT append_commands('{1}', ARRAY[gen_random_uuid()], '{1}', '{topic}',"
        " ARRAY[''::bytea], '{demo}')"
    )
    return position


async def test_a_position_is_never_seen_before_those_below_it(
    node: Node, second_node: Node, admin: asyncpg.Connection
) -> None:
    """However slow the commit below: what comes after it waits for it."""
    transaction = admin.transaction()
    await transaction.start()
    assert await append_uncommitted(admin) == 1
    later = [
        asyncio.create_task(writer.queue.append([stored_event()], "demo"))
        for writer in (node, second_node)
    ]

    async def both_wait_or_one_is_done() -> bool:
        waiting = await admin.fetchval(f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted")
        return waiting == len(later) or any(append.done() for append in later)

    await eventually(both_wait_or_one_is_done)
    assert await positions_of(node) == []
    await transaction.commit()
    assert sorted(await asyncio.gather(*later)) == [2, 3]
    assert await positions_of(node) == [1, 2, 3]


async def test_a_rollback_leaves_no_hole(node: Node, admin: asyncpg.Connection) -> None:
    """A transaction that took positions gives them back when it does not commit."""
    await node.queue.append([stored_event()], "demo")
    transaction = admin.transaction()
    await transaction.start()
    assert await append_uncommitted(admin) == 2
    waiting = asyncio.create_task(node.queue.append([stored_event()], "demo"))
    await transaction.rollback()
    assert await waiting == 2
    assert await positions_of(node) == [1, 2]


async def test_each_event_keeps_the_workspace_of_its_command(
    node: Node, admin: asyncpg.Connection
) -> None:
    await asyncio.gather(
        node.queue.append(stored_stream(2), "sales"),
        node.queue.append(stored_stream(1), "Отдел 7"),
        node.queue.append(stored_stream(1), None),
    )
    rows = await admin.fetch("SELECT workspace_id FROM stored_events ORDER BY notification_id")
    assert [row["workspace_id"] for row in rows] == ["sales", "sales", "Отдел 7", None]


async def test_commits_wait_for_the_disk_whatever_the_database_says(
    database_url: str, admin: asyncpg.Connection
) -> None:
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    async with open_node(database_url) as node:
        async with node.database.acquire() as pooled:
            assert await pooled.fetchval("SHOW synchronous_commit") == "on"
        async with node.database.dedicated() as dedicated:
            assert await dedicated.fetchval("SHOW synchronous_commit") == "on"
