"""A primary and its asynchronous replica, real ones; a promotion makes the other of each.

The primary confirms a commit without the replica. One that has fallen behind receives nothing,
however long it waits, so that what is written meanwhile is lost with the primary for certain. To
stop the replica's receiver does not make sure of that, since it may find what was sent in its
socket; to pause its replay neither, since a promotion replays all that was received.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.background import eventually
from tests.support.postgres import StoppableServer, ask, drop_databases
from tests.support.postgres_programs import base_backup, promote

_KEPT_WAL = "'256MB'"
"""What a replica that has fallen behind needs later."""


class ReplicatedPostgres:
    """Two servers in a directory; the replica is there once `replicate` has made it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.primary = StoppableServer(directory / "a")
        self.replica = StoppableServer(directory / "b")
        for each in (self.primary, self.replica):
            each.data.parent.mkdir()

    async def start(self) -> None:
        """Start the primary."""
        await asyncio.to_thread(self.primary.start)
        await ask(self.primary.url, f"ALTER SYSTEM SET wal_keep_size = {_KEPT_WAL}")
        await ask(self.primary.url, "SELECT pg_reload_conf()")

    async def start_empty(self) -> None:
        """Start the primary, or go on with it, without what was there: each database makes every
        copy slower."""
        await asyncio.to_thread(self.replica.stop)
        await self.start()
        await asyncio.to_thread(drop_databases, self.primary.url)

    async def stop(self) -> None:
        for each in (self.replica, self.primary):
            await asyncio.to_thread(each.stop)

    def url(self, database: str) -> str:
        """Of a database, on whichever of the two is the primary; it names this one first."""
        hosts = f"{self.primary.data},{self.replica.data}"
        query = f"host={hosts}&target_session_attrs=read-write"
        return f"postgresql://postgres@{urlsplit(database).path}?{query}"

    async def replicate(self) -> None:
        """Make the replica anew, from what the primary has now."""
        await asyncio.to_thread(self.replica.stop)
        await asyncio.to_thread(shutil.rmtree, self.replica.data, ignore_errors=True)
        await asyncio.to_thread(base_backup, self.primary.url, self.replica.data, "-R")
        await asyncio.to_thread(self.replica.start)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Wait until the replica has all that the primary has now."""
        end = await ask(self.primary.url, "SELECT pg_current_wal_lsn()::text")
        reached = f"SELECT pg_last_wal_replay_lsn() >= '{end}'"
        await eventually(lambda: ask(self.replica.url, reached))

    async def pause(self) -> None:
        """Let the replica replay nothing of what it receives from now on."""
        await ask(self.replica.url, "SELECT pg_wal_replay_pause()::text")
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        await eventually(lambda: ask(self.replica.url, paused))

    async def fall_behind(self) -> None:
        """Let the replica receive nothing from now on."""
        await ask(self.replica.url, "ALTER SYSTEM SET primary_conninfo = ''")
        await ask(self.replica.url, "SELECT pg_reload_conf()")
        for url, view in (
            (self.replica.url, "pg_stat_wal_receiver"),
            (self.primary.url, "pg_stat_replication"),
        ):
            await eventually(partial(ask, url, f"SELECT count(*) = 0 FROM {view}"))

    async def lose_primary(self) -> None:
        """Kill the primary, for good."""
        await asyncio.to_thread(self.primary.lose)

    async def promote(self) -> None:
        """Make the replica the primary; the other is gone."""
        await asyncio.to_thread(promote, self.replica)
        self.primary, self.replica = self.replica, self.primary

    async def fail_over(self) -> None:
        """The primary is killed, the replica promoted with what it has."""
        await self.lose_primary()
        await self.promote()


@asynccontextmanager
async def replicated_postgres() -> AsyncIterator[ReplicatedPostgres]:
    """Both servers, the replica as far as the primary, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="kanal-") as directory:
        pair = ReplicatedPostgres(Path(directory))
        try:
            await pair.start()
            await pair.replicate()
            yield pair
        finally:
            await pair.stop()
