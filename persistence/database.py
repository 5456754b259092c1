"""The database: the connection pool, and connections of one's own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeAlias

import asyncpg
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from domain.errors import Unavailable
from persistence.availability import Availability
from persistence.schema import migrate

logger = logging.getLogger(__name__)

Connection: TypeAlias = "asyncpg.Connection | asyncpg.pool.PoolConnectionProxy"

COMMAND_TIMEOUT = 4.0
"""Seconds until a statement counts as unanswered; under the 5 that a caller may wait for 503."""

ACQUIRED_FOR = 4.5
"""Seconds that a pooled connection may be had, the wait for it and for its answers included."""

CLOSED_WITHIN = 1.0
"""Seconds that connections get to end well."""

APPLICATION_NAME = "kanal"
"""By which the server, and `kanal import`, know the connections of a service."""

MIN_SERVER_VERSION = 14


class InvalidDatabaseUrl(ValueError):
    """The URL asks for what no connection can be; the message names the part, not the whole."""


class ConnectionCheck(Protocol):
    """What a connection must pass before it is used."""

    @property
    def is_due(self) -> bool:
        """Whether one that has passed must do so again."""
        ...

    async def check(self, connection: Connection) -> None:
        """Raises what whoever wanted the connection is to get."""
        ...


class Database:
    """A pool of connections to one Postgres, its schema up to date. Open it before use."""

    def __init__(
        self,
        dsn: str,
        *,
        application_name: str = APPLICATION_NAME,
        check: ConnectionCheck | None = None,
    ) -> None:
        """The connections are known to the server by `application_name`."""
        self._check = check
        self._dsn = dsn
        self._settings = {**_SETTINGS, "application_name": application_name}
        self._availability = Availability()
        self._pool: asyncpg.Pool | None = None
        self._dedicated: set[asyncpg.Connection] = set()
        self._releasing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect, waiting some seconds for a database that is still starting, and migrate.

        Raises Unavailable, also where the server refuses us, and InvalidDatabaseUrl.
        """
        try:
            connection = await self._first_connection()
            with self._availability.away_is_unavailable():
                try:
                    version = connection.get_server_version().major
                    if version < MIN_SERVER_VERSION:
                        raise Unavailable(
                            f"PostgreSQL {MIN_SERVER_VERSION} or newer is needed, this is {version}"
                        )
                    await migrate(connection)
                    await self.check(connection)
                finally:
                    await connection.close(timeout=COMMAND_TIMEOUT)
                self._pool = await self._create_pool()
        except asyncpg.PostgresError as error:
            raise Unavailable(f"the database refuses: {error}") from error

    async def check(self, connection: Connection) -> None:
        """Look again whether a connection is what it should be. Raises Unavailable."""
        if self._check is not None:
            await self._check.check(connection)

    def renew(self) -> None:
        """Use no connection again that is there now: each is replaced before its next use."""
        if self._pool is not None:
            # It is done in the next turn of the loop, which keeps the task until then.
            asyncio.ensure_future(self._pool.expire_connections())  # noqa: RUF006

    async def close(self) -> None:
        """End all connections, whatever still uses them."""
        for connection in self._dedicated:
            connection.terminate()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            closing = asyncio.gather(pool.close(), return_exceptions=True)
            with suppress(TimeoutError):  # they are terminated then
                await asyncio.wait_for(closing, CLOSED_WITHIN)
        await asyncio.gather(*self._releasing, return_exceptions=True)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A pooled connection. Raises Unavailable, also for what happens inside."""
        if self._pool is None:
            raise Unavailable("the database is not open")
        pool = self._pool
        with self._availability.away_is_unavailable():
            async with asyncio.timeout(ACQUIRED_FOR):
                connection = await pool.acquire(timeout=COMMAND_TIMEOUT)
                try:
                    if self._check is not None and self._check.is_due:
                        await self._check.check(connection)
                    yield connection
                except BaseException:
                    # It is cancelled first, which on a dead link takes as long again.
                    self._release_in_its_own_time(pool, connection)
                    raise
                await pool.release(connection)

    def _release_in_its_own_time(
        self, pool: asyncpg.Pool, connection: asyncpg.pool.PoolConnectionProxy
    ) -> None:
        releasing = asyncio.create_task(pool.release(connection))
        self._releasing.add(releasing)

        def released(_: asyncio.Task[None]) -> None:
            self._releasing.discard(releasing)
            if not releasing.cancelled() and (error := releasing.exception()) is not None:
                logger.debug("a connection was given up: %s", type(error).__name__)

        releasing.add_done_callback(released)

    @asynccontextmanager
    async def dedicated(self, *, is_patient: bool = False) -> AsyncIterator[asyncpg.Connection]:
        """A connection of one's own: for LISTEN, and for locks that live as long as it does. One
        that is patient waits for an answer as long as it takes.

        Raises Unavailable, also for what happens inside.
        """
        connection = await self._connect(is_patient=is_patient)
        self._dedicated.add(connection)
        try:
            with self._availability.away_is_unavailable():
                await self.check(connection)
                yield connection
        finally:
            self._dedicated.discard(connection)
            connection.terminate()

    @retry(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.1, max=1),
        stop=stop_after_delay(10),
        reraise=True,
    )
    async def _first_connection(self) -> asyncpg.Connection:
        return await self._connect()

    async def _create_pool(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._dsn,
            min_size=0,  # asyncpg would keep a minimum up, and complain at length while it cannot
            init_size=1,
            max_size=8,
            command_timeout=COMMAND_TIMEOUT,
            timeout=COMMAND_TIMEOUT,
            server_settings=self._settings,
            init=self.check,
            # Nothing of ours leaves anything in a pooled session, and asyncpg's own reset would
            # be a round trip more for each use.
            reset=_leave_as_it_is,
        )

    async def _connect(self, *, is_patient: bool = False) -> asyncpg.Connection:
        with self._availability.away_is_unavailable():
            try:
                return await asyncpg.connect(
                    self._dsn,
                    command_timeout=None if is_patient else COMMAND_TIMEOUT,
                    timeout=COMMAND_TIMEOUT,
                    server_settings=self._settings,
                )
            except asyncpg.ClientConfigurationError as error:
                # Its words name the parameter; it would otherwise count as an InterfaceError.
                raise InvalidDatabaseUrl(error.args[0]) from None
            except ValueError:
                # What could not be read may be any part of the URL, the password included.
                raise InvalidDatabaseUrl("a part of it is not of the form it must have") from None


async def _leave_as_it_is(_: Connection) -> None:
    """Reset nothing."""


_SETTINGS = {"jit": "off", "synchronous_commit": "on"}
