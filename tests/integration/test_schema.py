"""The schema is brought up to date from whatever is there, as a whole, by one service at a time."""

import asyncio
from typing import cast
from uuid import UUID

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.database import schema
from persistence.database.pool import Database
from persistence.database.schema import migrate
from tests.support.background import eventually
from tests.support.events import stored_event
from tests.support.node import open_node
from tests.support.postgres import OUR_LOCKS, ask

ALL = schema._migrations()


async def tables(connection: asyncpg.Connection) -> set[str]:
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


def test_migrations_are_numbered_without_gaps() -> None:
    assert [int(name[:4]) for name, _ in ALL] == list(range(1, len(ALL) + 1))


@pytest.mark.parametrize("done", range(len(ALL)))
async def test_a_database_that_is_behind_gets_what_it_lacks(
    admin: asyncpg.Connection, as_it_was: pytest.MonkeyPatch, done: int
) -> None:
    as_it_was.setattr(schema, "_migrations", lambda: ALL[:done])
    assert await migrate(admin) == [name for name, _ in ALL[:done]]
    as_it_was.undo()
    assert await migrate(admin) == [name for name, _ in ALL[done:]]
    assert await migrate(admin) == []


async def test_an_upgrade_keeps_the_log(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version migrates what this one has written, and goes on from there."""
    async with open_node(database_url, serves=False) as before:
        event = stored_event()
        assert await before.queue.append([event], "demo") == 1
        log_id = (await before.stored.lineage()).log_id
    later = ("0099_later.sql", "ALTER TABLE stored_events ADD COLUMN later int")
    monkeypatch.setattr(schema, "_migrations", lambda: [*ALL, later])
    async with open_node(database_url) as after:
        assert (await after.stored.lineage()).includes(log_id, 1)
        assert len(await after.stored.select_stream(cast(UUID, event.originator_id))) == 1
        assert await after.queue.append([stored_event()], "demo") == 2


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    admin: asyncpg.Connection, as_it_was: pytest.MonkeyPatch
) -> None:
    broken = [("0098_fine.sql", "CREATE TABLE fine ()"), ("0099_not.sql", "CREATE TABLE fine ()")]
    as_it_was.setattr(schema, "_migrations", lambda: [*ALL, *broken])
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(admin)
    assert await tables(admin) == set()
    as_it_was.undo()
    assert await migrate(admin) == [name for name, _ in ALL]


async def test_services_that_start_at_once_all_start(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(6)]
    await asyncio.gather(*(database.open() for database in databases))
    for database in databases:
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT count(*) FROM kanal_migrations") == len(ALL)
        await database.close()


async def test_a_service_waits_for_another_that_migrates_however_long(
    database_url: str, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.database.connector.STATEMENT_TIMEOUT", 0.5)
    database = Database(database_url)
    async with admin.transaction():
        await admin.execute("SELECT pg_advisory_xact_lock($1)", schema._MIGRATION_LOCK)
        opening = asyncio.create_task(database.open())
        waiting = f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"
        await eventually(lambda: admin.fetchval(waiting))
        await asyncio.wait({opening}, timeout=1.5)  # longer than a statement may usually take
        assert not opening.done(), opening
    await opening
    await database.close()


async def test_a_connection_lost_while_it_migrates_is_unavailable(
    database_url: str, admin: asyncpg.Connection
) -> None:
    async with admin.transaction():
        await admin.execute("SELECT pg_advisory_xact_lock($1)", schema._MIGRATION_LOCK)
        opening = asyncio.create_task(Database(database_url).open())
        await eventually(
            lambda: admin.fetchval(
                f"SELECT pg_terminate_backend(pid) FROM {OUR_LOCKS} WHERE NOT granted"
            )
        )
        with pytest.raises(Unavailable):
            await opening


async def test_tables_of_another_program_are_left_alone(database_url: str) -> None:
    """What stands in our way is named; nothing of it is changed, and nothing of ours is left."""
    await ask(database_url, "CREATE TABLE stored_events (theirs int)")
    with pytest.raises(Unavailable, match='refuses: relation "stored_events" already exists'):
        await Database(database_url).open()
    assert await ask(database_url, "SELECT to_regclass('log_head')") is None
    assert await ask(database_url, "SELECT to_regclass('kanal_migrations')") is None
