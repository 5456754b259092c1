"""Real Postgres for tests: one server a session, a database of its own for each test."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import psutil

from persistence.database.embedded import EmbeddedPostgres
from tests.support.embedded_process import assert_gone, family, postmaster

OUR_LOCKS = """(
    SELECT pg_locks.* FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE datname = current_database()
) AS our_locks"""
"""`pg_locks`, without those of the other databases of the server, which other tests use."""

LOCK_HOLDERS = (
    f"SELECT pid FROM {OUR_LOCKS} WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Who holds advisory locks, as those of leases are."""


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """The embedded server in a directory, which does not wait for the disk; answers the URL of its
    maintenance database."""
    with EmbeddedPostgres(directory) as url:
        spare_the_disk(directory)
        yield url


def spare_the_disk(directory: Path) -> None:
    """Tell the running server of a directory not to wait for the disk, now and at its next starts.

    A process that is killed loses nothing that it has written, only a machine that dies does.
    """
    settings = directory / "postgres" / "postgresql.auto.conf"
    if _SPARING not in settings.read_text():
        with settings.open("a") as file:
            file.write(_SPARING)
        postmaster(directory).send_signal(signal.SIGHUP)


_SPARING = "fsync = 'off'\nfull_page_writes = 'off'\n"


def create_database(server_url: str) -> str:
    """A new, empty database; answers its URL."""
    name = f"test_{uuid4().hex}"

    async def create() -> None:
        connection = await asyncpg.connect(server_url)
        try:
            # Without the disk a copy of the files is quicker than one through the WAL.
            await connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        finally:
            await connection.close()

    asyncio.run(create())
    parts = urlsplit(server_url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def drop_databases(server_url: str) -> None:
    """Remove all that `create_database` has made on a server."""

    async def drop() -> None:
        connection = await asyncpg.connect(server_url)
        try:
            made = "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'"
            for (name,) in await connection.fetch(made):
                await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            await connection.close()

    asyncio.run(drop())


def socket_path(url: str) -> str:
    """The Unix socket at which a server of ours listens."""
    return urlsplit(url).query.removeprefix("host=") + "/.s.PGSQL.5432"


def through_port(url: str, port: int, address: str = "127.0.0.1") -> str:
    """The URL of the same database over a port of this machine, where something leads there."""
    return f"postgresql://postgres@{address}:{port}{urlsplit(url).path}?sslmode=disable"


class StoppableServer:
    """A Postgres of the tests' own, which may be stopped and started; its data stays."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: EmbeddedPostgres | None = None
        self.data = directory / "postgres"
        """Where Postgres keeps what it has."""
        self.url = ""

    def start(self) -> None:
        if self._running is None:
            server = EmbeddedPostgres(self._directory)
            self.url = server.__enter__()
            self._running = server
            spare_the_disk(self._directory)

    def stop(self) -> None:
        if self._running is not None:
            server, self._running = self._running, None
            server.__exit__(None, None, None)

    def kill(self) -> None:
        """End all of its processes at once, as a crash does."""
        self._end_processes()
        self.stop()

    def lose(self) -> None:
        """End all of its processes at once, and leave nothing by which it would be found: it is not
        to run again as it was."""
        self._end_processes()
        for left in (self.data / "postmaster.pid", Path(f"{socket_path(self.url)}.lock")):
            left.unlink(missing_ok=True)
        self.stop()

    def _end_processes(self) -> None:
        processes = family(postmaster(self._directory))
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        assert_gone(processes)


async def ask(url: str, statement: str) -> object:
    """Run one statement in a connection of its own; answers its first value."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
