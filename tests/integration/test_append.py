"""Appending: positions without holes in commit order, commands whole, conflicts alone."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from domain.errors import Unavailable
from domain.event_log import StreamConflict
from persistence.append_queue import AppendQueue
from persistence.database import Database
from tests.integration.conftest import Node, running_node
from tests.support.events import stored_event


async def positions(node: Node) -> list[int]:
    return [found.id for found in await node.stored.select_page(after=0, limit=100_000)]


async def test_positions_are_1_2_3_in_the_order_of_appending(node: Node) -> None:
    answered = [await node.queue.append([stored_event()], "demo") for _ in range(5)]
    assert answered == [1, 2, 3, 4, 5]
    assert await node.stored.head() == 5


async def test_a_conflict_fails_its_own_command_and_no_neighbour(node: Node) -> None:
    taken, shared = stored_event(), uuid4()
    await node.queue.append([taken], "demo")
    results = await asyncio.gather(
        node.queue.append([stored_event()], "demo"),
        node.queue.append([stored_event(), taken], "demo"),
        node.queue.append([stored_event(shared), stored_event(shared, 2)], "demo"),
        node.queue.append([stored_event(shared)], "demo"),
        node.queue.append([stored_event()], "demo"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, StreamConflict, int, StreamConflict, int]
    assert [results[0], results[2], results[4]] == [2, 3, 5]
    assert await positions(node) == [1, 2, 3, 4, 5]


async def test_the_events_of_a_command_are_recorded_together_or_not_at_all(node: Node) -> None:
    taken, stream = stored_event(), uuid4()
    await node.queue.append([taken], "demo")
    with pytest.raises(StreamConflict):
        await node.queue.append([stored_event(stream), stored_event(stream, 2), taken], "demo")
    assert await node.stored.select_stream(stream) == []
    assert await node.stored.head() == 1


async def test_two_services_appending_at_once_leave_no_hole_and_keep_commands_whole(
    node: Node, database_url: str
) -> None:
    async with running_node(database_url) as other:
        streams = [uuid4() for _ in range(300)]
        firsts = await asyncio.gather(
            *(
                [node, other][number % 2].queue.append(
                    [stored_event(stream), stored_event(stream, 2)], "demo"
                )
                for number, stream in enumerate(streams)
            )
        )
    assert sorted(firsts) == list(range(1, 600, 2))
    log = await node.stored.select_page(after=0, limit=1000)
    assert [found.id for found in log] == list(range(1, 601))
    for first, second in zip(log[::2], log[1::2], strict=True):
        assert first.originator_id == second.originator_id


async def test_nothing_appears_at_or_below_a_position_that_was_read(
    node: Node, database_url: str
) -> None:
    reader = await asyncpg.connect(database_url)
    seen: list[int] = []
    done = asyncio.Event()

    async def read() -> None:
        while True:
            finished = done.is_set()
            rows = await reader.fetch(
                "SELECT notification_id FROM stored_events ORDER BY notification_id"
            )
            found = [row["notification_id"] for row in rows]
            assert found[: len(seen)] == seen
            seen[:] = found
            if finished:
                return

    async def write(queue: AppendQueue) -> None:
        for _ in range(10):
            await queue.append([stored_event()], "demo")

    async with running_node(database_url) as other:
        reading = asyncio.create_task(read())
        queues = [node.queue, other.queue]
        await asyncio.gather(*(write(queues[number % 2]) for number in range(64)))
        done.set()
        await reading
    await reader.close()
    assert seen == list(range(1, 641))


async def test_a_commit_waits_for_the_disk(node: Node) -> None:
    async with node.database.acquire() as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        assert await connection.fetchval("SHOW fsync") == "on"


async def test_a_database_that_cannot_be_reached_is_unavailable(node: Node) -> None:
    await node.database.close()
    with pytest.raises(Unavailable):
        await node.queue.append([stored_event()], "demo")


async def test_a_queue_that_stops_fails_what_waits_and_refuses_what_comes(
    database_url: str,
) -> None:
    database = Database(database_url)
    queue = AppendQueue(database)
    waiting = asyncio.create_task(queue.append([stored_event()], "demo"))
    running = asyncio.create_task(queue.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await queue.append([stored_event()], "demo")


async def test_a_caller_that_gives_up_disturbs_nobody(node: Node) -> None:
    impatient = asyncio.create_task(node.queue.append([stored_event()], "demo"))
    patient = asyncio.create_task(node.queue.append([stored_event()], "demo"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient in (1, 2)
    head = await node.stored.head()
    assert await positions(node) == list(range(1, head + 1))


async def test_more_commands_than_may_wait_are_refused_at_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.append_queue.MAX_WAITING", 2)
    queue = AppendQueue(Database(database_url))  # not running: what comes waits
    waiting = [asyncio.create_task(queue.append([stored_event()], "demo")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await queue.append([stored_event()], "demo")
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_writer_that_goes_past_the_head_row_fails_or_is_found_out(node: Node) -> None:
    insert = (
        "INSERT INTO stored_events (originator_id, originator_version, topic, state{})"
        " VALUES (gen_random_uuid(), 1, 'topic', ''{})"
    )
    async with node.database.acquire() as connection:
        with pytest.raises(asyncpg.NotNullViolationError):
            await connection.execute(insert.format("", ""))
        await connection.execute(insert.format(", notification_id", ", 1"))
    with pytest.raises(Unavailable):
        await node.queue.append([stored_event()], "demo")
    assert await node.stored.head() == 0
