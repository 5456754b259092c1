"""The database as a service finds it at its start: not there yet, refusing, or gone again."""

import asyncio
import gc
import logging
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.database.availability import retrying_while_away
from persistence.database.pool import BUILDING, KEPT, Database
from persistence.database.session_settings import InvalidDatabaseUrl
from persistence.log.mapper import create_mapper
from persistence.log.stored_events import StoredEvents
from projections.registry import create_projections
from tests.faults.proxy import Proxy
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.postgres import (
    OUR_LOCKS,
    StoppableServer,
    create_database,
    socket_path,
    through_port,
)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"path": "/nowhere"}, 'database "nowhere" does not exist'),
        ({"netloc": "stranger:s3cret-word@"}, 'role "stranger" does not exist'),
    ],
)
async def test_a_server_that_refuses_is_asked_once_and_its_reason_is_told(
    postgres_url: str, caplog: pytest.LogCaptureFixture, change: dict[str, str], reason: str
) -> None:
    database = Database(urlsplit(postgres_url)._replace(**change).geturl())
    with pytest.raises(Unavailable, match=reason) as refused:
        await database.open()
    assert "s3cret-word" not in str(refused.value) + caplog.text
    assert caplog.records == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://bob:s3cret-word@db/kanal?sslmode=banana", "`sslmode` parameter must be"),
        ("postgresql://bob:s3cret-word@/kanal?host=a,b&port=1,2,3", "3 port numbers to 2 hosts"),
        ("postgresql://bob:s3cret-word/@db/kanal", "not of the form"),
    ],
)
async def test_a_url_that_no_server_could_answer_is_refused_at_once_and_not_quoted(
    caplog: pytest.LogCaptureFixture, url: str, reason: str
) -> None:
    with pytest.raises(InvalidDatabaseUrl, match=reason) as refused:
        await Database(url).open()
    assert "s3cret-word" not in str(refused.value)
    assert caplog.records == []


async def test_a_server_that_is_still_starting_is_waited_for(
    stoppable: StoppableServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    database = Database(await asyncio.to_thread(create_database, stoppable.url))
    await asyncio.to_thread(stoppable.stop)
    opening = asyncio.create_task(database.open())

    async def said() -> bool:
        return "database away" in caplog.text

    await eventually(said)
    await asyncio.to_thread(stoppable.start)
    await opening
    async with database.acquire() as connection:
        assert await connection.fetchval("SELECT position FROM log_head") == 0
    await database.close()


async def test_what_a_statement_does_wrong_is_not_taken_for_a_database_that_is_away(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.open()
    for connect in (database.acquire, database.dedicated):
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with connect() as connection:
                await connection.fetchval("SELECT 1 / 0")
    await database.close()


async def test_a_link_that_is_dead_is_told_soon_and_leaves_no_error_behind(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("persistence.database.connector.STATEMENT_TIMEOUT", 0.5)
    monkeypatch.setattr("persistence.database.pool.STATEMENT_TIMEOUT", 0.5)
    async with Proxy(lambda: asyncio.open_unix_connection(socket_path(database_url))) as link:
        database = Database(through_port(database_url, link.port))
        await database.open()
        link.stall()
        with pytest.raises(Unavailable):
            async with database.acquire() as connection:
                await connection.execute("SELECT 1")

        assert database._pool is not None
        (releasing,) = database._pool._tasks
        assert not releasing.done()  # it was told before that
        await asyncio.wait([releasing])
        del releasing
        gc.collect()
        assert [record for record in caplog.records if record.name == "asyncio"] == []
        link.heal()

        async def is_back() -> bool:
            try:
                return await StoredEvents(database).head() == 0
            except Unavailable:
                return False  # half a second is short on a busy machine

        await eventually(is_back)
        await database.close()


async def test_what_is_at_read_models_for_a_while_is_waited_for_by_its_like_alone(
    database_url: str,
) -> None:
    """However many operators have built or checked, a node that has lost its own finds them again;
    and each model may be built while the others are."""
    models = len(create_projections(create_mapper()))
    assert (2 + models, models) == (KEPT, BUILDING)
    database = Database(database_url)
    await database.open()
    async with AsyncExitStack() as stack:
        for _ in range(BUILDING):
            await stack.enter_async_context(database.dedicated(builds=True))
        further = asyncio.create_task(stack.enter_async_context(database.dedicated(builds=True)))
        for _ in range(KEPT):
            await stack.enter_async_context(database.dedicated())
        assert not further.done()
        further.cancel()
    await database.close()


@pytest.mark.parametrize("is_cut", [True, False], ids=["cut", "stalled"])
async def test_what_is_cancelled_ends_though_the_database_is_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch, is_cut: bool
) -> None:
    """It was to end, and does not wait for a farewell or try again because that fails."""
    monkeypatch.setattr("persistence.database.connector.STATEMENT_TIMEOUT", 2 * PATIENCE)
    begun = asyncio.Event()

    async def write(database: Database) -> None:
        async for attempt in retrying_while_away():
            with attempt:
                async with database.dedicated() as connection, connection.transaction():
                    begun.set()
                    await asyncio.Event().wait()

    async with Proxy(lambda: asyncio.open_unix_connection(socket_path(database_url))) as link:
        database = Database(through_port(database_url, link.port))
        await database.open()
        writing = asyncio.create_task(write(database))
        await begun.wait()
        if is_cut:
            await link.cut()
        else:
            link.stall()
        writing.cancel()
        await database.close()
        assert await asyncio.wait([writing], timeout=PATIENCE) == ({writing}, set())
        assert writing.cancelled()


async def test_a_closed_database_is_unavailable_and_may_be_closed_again(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    await database.close()
    await database.close()
    with pytest.raises(Unavailable):
        async with database.acquire():
            pass


async def test_closing_waits_for_no_statement_that_hangs(
    database_url: str, admin: asyncpg.Connection
) -> None:
    database = Database(database_url)
    await database.open()

    async def hang() -> None:
        async with database.acquire() as connection:
            await connection.execute("SELECT pg_advisory_lock(1)")

    await admin.execute("SELECT pg_advisory_lock(1)")
    hanging = asyncio.create_task(hang())
    await eventually(lambda: admin.fetchval(f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"))
    await database.close()
    with pytest.raises(Unavailable):
        await hanging
