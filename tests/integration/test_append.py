"""Appending: positions without holes in commit order, commands whole, conflicts alone."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from domain.event_log import StreamConflict
from persistence.log.append_queue import AppendQueue
from tests.support.events import stored_event
from tests.support.node import Node, open_node


async def positions(node: Node) -> list[int]:
    return [found.id for found in await node.stored.select_page(after=0, limit=100_000)]


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
    async with open_node(database_url) as other:
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

    async with open_node(database_url) as other:
        reading = asyncio.create_task(read())
        queues = [node.queue, other.queue]
        await asyncio.gather(*(write(queues[number % 2]) for number in range(64)))
        done.set()
        await reading
    await reader.close()
    assert seen == list(range(1, 641))
