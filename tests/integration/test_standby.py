"""A server in recovery takes no commands: it is waited for, and said to be what it is."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tenacity import stop_after_attempt

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.log.stored_events import StoredEvents
from tests.support.background import eventually
from tests.support.node import open_node
from tests.support.pgbouncer import needs_pgbouncer, pgbouncer
from tests.support.postgres import create_database
from tests.support.standby import Standby

IS_STANDBY = "the server is a standby: it cannot be written to"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Standby]:
    server = Standby(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_a_standby_is_waited_for_until_it_is_promoted(
    server: Standby, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    url = await asyncio.to_thread(create_database, server.url)
    async with open_node(url) as node:
        await asyncio.to_thread(server.demote)

        async def is_said() -> bool:
            return f"database away: {IS_STANDBY}" in caplog.messages

        await eventually(is_said)
        with pytest.raises(Unavailable, match="the database cannot be reached; try again"):
            await node.stored.head()

        database = Database(url)
        with monkeypatch.context() as hurry:
            hurry.setattr(Database._first_connection.retry, "stop", stop_after_attempt(1))
            with pytest.raises(Unavailable, match=f"cannot be used: {IS_STANDBY}"):
                await database.open()
        opening = asyncio.create_task(database.open())
        await server.promote()
        await opening
        assert await StoredEvents(database).head() == 0
        await database.close()

        async def is_back() -> bool:
            return caplog.messages[-1].startswith("listening for appends")

        await eventually(node.is_listening)
        assert caplog.messages.count(f"database away: {IS_STANDBY}") == 1 + 1  # one a Database


@needs_pgbouncer
async def test_a_standby_that_was_promoted_behind_a_pooler_is_asked_what_it_is(
    server: Standby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PgBouncer goes on telling new connections that it is a standby."""
    url = await asyncio.to_thread(create_database, server.url)
    await asyncio.to_thread(server.demote)
    with pgbouncer(tmp_path / "pgbouncer", url) as pooled:
        wanted = f"{pooled}&target_session_attrs=read-write"
        database = Database(wanted)
        with monkeypatch.context() as hurry:
            hurry.setattr(Database._first_connection.retry, "stop", stop_after_attempt(1))
            with pytest.raises(Unavailable, match=f"cannot be used: {IS_STANDBY}"):
                await database.open()
        await server.promote()
        with pytest.raises(asyncpg.TargetServerAttributeNotMatched):
            await asyncpg.connect(wanted)
        await database.open()
        assert await StoredEvents(database).head() == 0
        await database.close()
