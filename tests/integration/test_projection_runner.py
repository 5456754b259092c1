"""A projection has one writer however many services run, and follows the log through anything."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing

import asyncpg
import pytest

from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.database.pool import Connection
from persistence.log.subscription import HoleInLog
from persistence.read_models.checkpoints import advance_checkpoint, read_checkpoint
from persistence.read_models.models import ReadModel, enter_schema
from projections.running.rebuild import rebuild
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.events import channel_created, stored_event
from tests.support.node import Node, open_node
from tests.support.postgres import LOCK_HOLDERS, OUR_LOCKS, StoppableServer, create_database


class Record:
    """A projection that keeps, in the writer's transaction, each position that it was given: a
    position that comes twice is a row that comes twice, and fails."""

    model = ReadModel("record", version=1)
    readable_since = 1
    gathers_for = 0.0
    ignores = frozenset[str]()
    indexes = ""
    tables = "CREATE TABLE record (position bigint PRIMARY KEY, writer int)"

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        await connection.executemany(
            "INSERT INTO record VALUES ($1, pg_backend_pid())",
            [(recorded.position,) for recorded in page],
        )


@pytest.fixture
async def record(node: Node) -> Record:
    """With its table, and nothing in it."""
    async with aclosing(rebuild(node.database, node.log, Record())) as steps:
        async for _ in steps:
            pass
    return Record()


@pytest.fixture(autouse=True)
def _take_over_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.log.lease_turns.TAKE_OVER_INTERVAL", 0.01)
    monkeypatch.setattr("persistence.log.wakeup.HEARTBEAT_INTERVAL", 0.05)


async def append(node: Node, count: int = 1) -> int:
    """Append events; answers the head."""
    events = [node.log.append([channel_created()], "demo") for _ in range(count)]
    return max(await asyncio.gather(*events))


async def recorded(connection: Connection) -> list[int]:
    rows = await connection.fetch("SELECT position FROM record ORDER BY position")
    return [row["position"] for row in rows]


async def reached(connection: Connection, position: int) -> list[int]:
    """Wait until the checkpoint is there; answers what is recorded then."""

    async def is_there() -> bool:
        return (await read_checkpoint(connection, Record.model) or 0) >= position

    await eventually(is_there)
    return await recorded(connection)


async def test_of_many_runners_one_writes(
    node: Node, second_node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    runners = [each.runner(record) for each in (node, second_node, node)]
    async with running(*(runner.run() for runner in runners)):
        for _ in range(10):
            head = await append(second_node, 3)
            assert await reached(admin, head) == list(range(1, head + 1))
            assert len(await admin.fetch(LOCK_HOLDERS)) == 1
    assert await admin.fetchval("SELECT count(DISTINCT writer) FROM record") == 1


async def test_when_the_writer_stops_another_goes_on_where_it_was(
    node: Node, second_node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    async with running(second_node.runner(record).run()):
        await reached(admin, await append(node, 5))
        async with running(node.runner(record).run()):
            await reached(admin, await append(node, 5))
            first = await admin.fetchval("SELECT DISTINCT writer FROM record")
    async with running(node.runner(record).run()):
        assert await reached(admin, await append(node, 5)) == list(range(1, 16))
    writers = await admin.fetch("SELECT min(position) FROM record GROUP BY writer ORDER BY 1")
    assert [row["min"] for row in writers] == [1, 11]
    assert await admin.fetchval("SELECT writer FROM record WHERE position = 10") == first


async def test_a_writer_that_lost_its_connection_is_replaced_and_nothing_comes_twice(
    node: Node, second_node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    async with running(*(each.runner(record).run() for each in (node, second_node))):
        for _ in range(5):
            appending = asyncio.create_task(append(node, 20))
            await eventually(
                lambda: admin.fetch(f"SELECT pg_terminate_backend(pid) FROM ({LOCK_HOLDERS}) AS l")
            )
            head = await appending
            assert await reached(admin, head) == list(range(1, head + 1))
    assert await admin.fetchval("SELECT count(DISTINCT writer) FROM record") > 1


async def test_a_writer_that_dies_in_the_middle_leaves_neither_rows_nor_checkpoint(
    node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    applied = asyncio.Event()

    class Stuck(Record):
        async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
            await super().apply(connection, page)
            if not applied.is_set():
                applied.set()
                await connection.execute("SELECT pg_sleep(60)", timeout=60)

    head = await append(node, 5)
    async with running(node.runner(Stuck()).run()):
        await applied.wait()
        assert (await recorded(admin), await read_checkpoint(admin, Record.model)) == ([], 0)
        await admin.fetch(f"SELECT pg_terminate_backend(pid, 5000) FROM ({LOCK_HOLDERS}) AS l")
        assert await reached(admin, head) == [1, 2, 3, 4, 5]


async def test_a_projection_that_fails_ends_it_and_leaves_neither_rows_nor_checkpoint(
    node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    class Failing(Record):
        async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
            await super().apply(connection, page)
            raise ZeroDivisionError

    await append(node)
    with pytest.raises(ZeroDivisionError):
        await node.runner(Failing()).run()
    assert (await recorded(admin), await read_checkpoint(admin, Record.model)) == ([], 0)


async def test_whose_checkpoint_was_moved_by_another_starts_from_there(
    node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    async with running(node.runner(record).run()):
        assert await reached(admin, await append(node, 2)) == [1, 2]
        async with admin.transaction():
            await advance_checkpoint(admin, Record.model, expected=2, position=3)
            await append(node, 1)
            waiting = f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"
            await eventually(lambda: admin.fetchval(waiting))
        assert await reached(admin, await append(node, 2)) == [1, 2, 4, 5]


async def test_it_follows_through_a_restart_of_postgres(
    stoppable: StoppableServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    record = Record()
    url = await asyncio.to_thread(create_database, stoppable.url)
    async with open_node(url) as node, running(node.runner(record).run()):
        head = await append(node, 3)
        async with node.database.acquire() as connection:
            await enter_schema(connection, Record.model.schema)
            await reached(connection, head)
        await asyncio.to_thread(stoppable.stop)
        await asyncio.to_thread(stoppable.start)
        assert await append(node, 3) == 6
        async with node.database.acquire() as connection:
            await enter_schema(connection, Record.model.schema)
            assert await reached(connection, 6) == [1, 2, 3, 4, 5, 6]
    assert "record version 1: writing, from position 3" in caplog.text


async def test_a_log_with_a_hole_ends_it_before_the_hole(
    node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    run = asyncio.create_task(node.runner(record).run())
    await reached(admin, await append(node, 2))
    await admin.execute("UPDATE log_head SET position = position + 1")
    await append(node)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(HoleInLog):
            await run
    assert (await recorded(admin), await read_checkpoint(admin, Record.model)) == ([1, 2], 2)


async def test_an_event_that_cannot_be_read_ends_it_before_that_event(
    node: Node, admin: asyncpg.Connection, record: Record
) -> None:
    """All that comes before it has been applied, also where it was read together with it."""
    await append(node, 2)
    await node.queue.append([stored_event()], "demo")
    await append(node, 2)
    for _ in range(2):
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(UndecodableEvent) as raised:
                await node.runner(record).run()
        assert (raised.value.position, raised.value.topic) == (3, "topic")
        assert (await recorded(admin), await read_checkpoint(admin, Record.model)) == ([1, 2], 2)
