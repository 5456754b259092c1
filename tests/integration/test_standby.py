"""A server in recovery takes no commands: it is waited for, and said to be what it is."""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenacity import stop_after_attempt

from domain.errors import Unavailable
from persistence.database import Database
from persistence.stored_events import StoredEvents
from tests.support.background import eventually
from tests.support.node import open_node
from tests.support.postgres import StoppableServer, ask, create_database

IS_STANDBY = "the server is a standby: it cannot be written to"


class Standby(StoppableServer):
    """A server that may be started as a standby; it has nobody to follow."""

    def demote(self) -> None:
        """Start it anew, in recovery."""
        self.stop()
        data = self._directory / "postgres"
        (data / "standby.signal").touch()
        owner = data.stat()
        shutil.chown(data / "standby.signal", owner.st_uid, owner.st_gid)
        self.start()

    async def promote(self) -> None:
        assert await ask(self.url, "SELECT pg_promote()")


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
