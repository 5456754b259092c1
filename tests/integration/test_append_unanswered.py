"""A command that gets no answer is wholly in the log or not at all, and harms no other."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast
from uuid import UUID

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.events import stored_event, stored_stream
from tests.support.node import Node, open_node
from tests.support.postgres import OUR_LOCKS, StoppableServer, create_database


@asynccontextmanager
async def stuck_appends(admin: asyncpg.Connection) -> AsyncIterator[None]:
    """Every append that begins in the block is kept waiting until it ends."""
    async with admin.transaction():
        await admin.execute("SELECT FROM log_head FOR UPDATE")
        yield


async def one_is_stuck(admin: asyncpg.Connection) -> None:
    await eventually(lambda: admin.fetchval(f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"))


async def assert_no_hole(node: Node, expected_head: int | None = None) -> None:
    log = await node.stored.select_page(after=0, limit=10_000)
    head = await node.stored.head()
    assert [each.id for each in log] == list(range(1, head + 1))
    assert expected_head in {None, head}


async def test_a_queue_that_stops_answers_what_is_being_committed_and_what_waits(
    node: Node, admin: asyncpg.Connection
) -> None:
    queue = AppendQueue(node.database)
    async with stuck_appends(admin):
        async with running(queue.run()):
            committing = asyncio.create_task(queue.append(stored_stream(2), "demo"))
            await one_is_stuck(admin)
            waiting = asyncio.create_task(queue.append([stored_event()], "demo"))
            await asyncio.sleep(0)
        for command in (committing, waiting):
            with pytest.raises(Unavailable):
                await command
        with pytest.raises(Unavailable):
            await queue.append([stored_event()], "demo")
    first = await node.queue.append([stored_event()], "demo")
    assert first in {1, 3}  # without the command that was being committed, or with all of it
    await assert_no_hole(node, first)


async def test_a_commit_that_takes_too_long_is_given_up_and_leaves_nothing(
    database_url: str, admin: asyncpg.Connection
) -> None:
    async with open_node(database_url) as node:
        async with stuck_appends(admin):
            with pytest.raises(Unavailable):
                await node.queue.append(stored_stream(2), "demo")
        assert await node.queue.append([stored_event()], "demo") == 1
        await assert_no_hole(node, 1)


async def test_a_caller_that_is_cancelled_leaves_its_neighbours_in_the_batch_alone(
    node: Node, admin: asyncpg.Connection
) -> None:
    async with stuck_appends(admin):
        committing = asyncio.create_task(node.queue.append([stored_event()], "demo"))
        await one_is_stuck(admin)
        gather = [asyncio.create_task(node.queue.append(stored_stream(2), "demo")) for _ in "abc"]
        await asyncio.sleep(0)
        gather[1].cancel()
        committing.cancel()
    assert await gather[0] == 2
    assert await gather[2] in {4, 6}
    assert gather[1].cancelled()
    await assert_no_hole(node)


async def test_what_had_to_wait_is_committed_and_there_is_room_again(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.append_queue.MAX_WAITING", 6)
    queue = AppendQueue(node.database)

    async def append(user_id: str) -> int:
        return await queue.append([stored_event()], "demo", user_id=user_id)

    waiting = [asyncio.create_task(append("noisy")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="too many"):
        await append("noisy")
    waiting.append(asyncio.create_task(append("light")))
    async with running(queue.run()):
        assert await asyncio.gather(*waiting) == [1, 3, 4, 2]
        assert await append("noisy") == 5


async def test_commands_beyond_a_batch_are_committed_in_their_order(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.append_queue.MAX_BATCH", 7)
    commands = [node.queue.append(stored_stream(2), "demo") for _ in range(40)]
    assert await asyncio.gather(*commands) == list(range(1, 80, 2))


async def test_a_database_that_is_away_is_unavailable_and_back_is_back(
    stoppable: StoppableServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with open_node(await asyncio.to_thread(create_database, stoppable.url)) as node:
        assert await node.queue.append([stored_event()], "demo") == 1
        await asyncio.to_thread(stoppable.stop)
        for _ in range(2):
            with pytest.raises(Unavailable):
                await node.queue.append([stored_event()], "demo")
        assert "database away" in caplog.text
        await asyncio.to_thread(stoppable.start)

        async def appended() -> int | None:
            try:
                return await node.queue.append([stored_event()], "demo")
            except Unavailable:
                return None

        assert await eventually(appended) == 2
        await assert_no_hole(node, 2)


async def test_a_database_that_is_not_open_is_unavailable(database_url: str) -> None:
    queue = AppendQueue(Database(database_url))
    async with running(queue.run()):
        with pytest.raises(Unavailable):
            await queue.append([stored_event()], "demo")


async def test_lost_connections_never_leave_half_a_command(
    node: Node, second_node: Node, admin: asyncpg.Connection
) -> None:
    """Each answer is true: a position that was told holds the command, and a command without an
    answer is there whole or not at all."""
    told: dict[UUID, int | None] = {}

    async def append_until_both_were_seen() -> None:
        while answered() < 100 or len(told) - answered() < 10:
            command = stored_stream(3)
            stream_id = cast(UUID, command[0].originator_id)
            told[stream_id] = None
            with suppress(Unavailable):
                told[stream_id] = await node.queue.append(command, "demo")

    def answered() -> int:
        return sum(position is not None for position in told.values())

    async with asyncio.timeout(3 * PATIENCE), asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(append_until_both_were_seen()) for _ in range(8)]
        while not all(writer.done() for writer in writers):
            before = len(told)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE '%append_commands%'"
                " AND pid <> pg_backend_pid()"
            )
            while len(told) < before + 40 and not all(writer.done() for writer in writers):
                await asyncio.sleep(0)
    await assert_no_hole(second_node)
    places: dict[UUID, list[int]] = {stream_id: [] for stream_id in told}
    for found in await second_node.stored.select_page(after=0, limit=100_000):
        places[cast(UUID, found.originator_id)].append(found.id)
    for stream_id, first in told.items():
        assert len(places[stream_id]) in ({0, 3} if first is None else {3})
        assert first in {None, *places[stream_id][:1]}
