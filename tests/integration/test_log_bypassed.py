"""Whoever writes to the log past its head row is stopped, or found out; the order is never wrong.

It takes a position itself: then the next append that comes to it fails, and says why, until the
stray row is gone; where the row stands ahead of the log, a follower refuses to go on.
"""

import asyncio

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.log.subscription import HoleInLog
from tests.support.events import channel_created, stored_event
from tests.support.node import Node, read_until

INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)"
    " SELECT gen_random_uuid(), 1, topic, state, $1 FROM stored_events LIMIT 1"
)
"""A copy of an event, at a place in the log that nobody has given out."""


async def append(node: Node, count: int = 1) -> None:
    for number in range(count):
        await node.log.append([channel_created(str(number))], "demo")


async def test_a_row_without_a_position_is_refused(node: Node, admin: asyncpg.Connection) -> None:
    await append(node)
    with pytest.raises(asyncpg.NotNullViolationError):
        await admin.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " SELECT gen_random_uuid(), 1, topic, state FROM stored_events LIMIT 1"
        )
    assert await node.queue.append([stored_event()], "demo") == 2


async def test_a_position_cannot_be_used_twice(node: Node, admin: asyncpg.Connection) -> None:
    await append(node)
    with pytest.raises(asyncpg.UniqueViolationError, match="notification_id"):
        await admin.execute(INSERT, 1)


async def test_there_is_only_one_head(node: Node, admin: asyncpg.Connection) -> None:
    for only_row in ("true", "false"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await admin.execute(f"INSERT INTO log_head (only_row) VALUES ({only_row})")


async def test_a_row_in_the_next_place_fails_each_append_loudly_until_it_is_gone(
    node: Node, admin: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await append(node, 2)
    await admin.execute(INSERT, 3)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await node.queue.append([stored_event(), stored_event()], "demo")
    assert "position 3 is taken: something wrote past log_head" in caplog.text
    assert await node.stored.head() == 2
    await admin.execute("DELETE FROM stored_events WHERE notification_id = 3")
    assert await node.queue.append([stored_event()], "demo") == 3


async def test_a_stray_row_is_not_taken_for_a_conflict(
    node: Node, admin: asyncpg.Connection
) -> None:
    """A conflict says that the stream has moved on, and these have not: their callers are told
    that the log is in trouble, and a conflict in the same batch is none yet."""
    taken = stored_event()
    assert await node.queue.append([taken], "demo") == 1
    await admin.execute(INSERT, 2)
    batch = [[stored_event()], [taken], [stored_event()]]
    results = await asyncio.gather(
        *(node.queue.append(command, "demo") for command in batch), return_exceptions=True
    )
    assert [type(result) for result in results] == [Unavailable] * 3


async def test_a_row_ahead_of_the_log_stops_those_who_follow_it(
    second_node: Node, node: Node, admin: asyncpg.Connection
) -> None:
    await append(node, 2)
    await admin.execute(INSERT, 5)
    for follower in (node, second_node):
        subscription = follower.subscription()
        with pytest.raises(HoleInLog, match="expected position 3, found 5"):
            await read_until(subscription, 5)


async def test_a_head_that_was_moved_by_hand_stops_those_who_follow(
    second_node: Node, node: Node, admin: asyncpg.Connection
) -> None:
    await append(node, 2)
    await admin.execute("UPDATE log_head SET position = position + 1")
    await append(node, 1)
    for follower in (node, second_node):
        with pytest.raises(HoleInLog, match="expected position 3, found 4"):
            await read_until(follower.subscription(), 4)
