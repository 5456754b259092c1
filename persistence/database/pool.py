"""The database, as all who read or write it use it: a connection pool, and dedicated connections.
Whatever says that the server cannot be reached leaves here as Unavailable."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from domain.errors import Unavailable
from persistence.database.availability import Availability, UnfitServer, refusal_is_not_ready, words
from persistence.database.connector import Connector
from persistence.database.schema import check_rights, migrate
from persistence.database.session_settings import ConnectionCheck, Session
from persistence.database.time_budget import CHECKOUT_TIMEOUT, CLOSE_TIMEOUT, STATEMENT_TIMEOUT

logger = logging.getLogger(__name__)

Connection: TypeAlias = "asyncpg.Connection | asyncpg.pool.PoolConnectionProxy"

APPLICATION_NAME = "kanal"
"""By which the server, and `kanal import`, know the connections of a service."""

POOL_SIZE = 8
"""Connections at most."""


class Database:
    """A pool of connections to one Postgres, its schema up to date. Open it before use."""

    def __init__(
        self,
        dsn: str,
        *,
        application_name: str = APPLICATION_NAME,
        check: ConnectionCheck | None = None,
    ) -> None:
        """The server knows the connections by `application_name`; each must pass the `check`."""
        self._check = check
        self._connector = Connector(dsn, application_name=application_name, check=self.check)
        self._availability = Availability()
        self._pool: asyncpg.Pool | None = None
        self._dedicated: set[Session] = set()
        self._releasing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect, waiting up to ten seconds for a database that is still starting, and migrate.

        Raises Unavailable, also where the server refuses us, and InvalidDatabaseUrl.
        """
        try:
            connection = await self._first_connection()
            with self._availability.away_is_unavailable():
                try:
                    await check_rights(connection)
                    await migrate(connection)
                    await self.check(connection)
                finally:
                    await connection.close(timeout=STATEMENT_TIMEOUT)
                self._pool = await self._create_pool()
        except Unavailable as error:
            raise Unavailable(f"the database cannot be used: {self._availability.why}") from error
        except UnfitServer as error:
            raise Unavailable(f"the database cannot be used: {error}") from error
        except asyncpg.PostgresError as error:
            raise Unavailable(f"the database refuses: {words(error)}") from error

    async def check(self, connection: Connection) -> None:
        """Check, also once more, that a connection leads where it should. Raises ServerNotReady."""
        if self._check is not None:
            with refusal_is_not_ready():
                await self._check.check(connection)

    def renew(self) -> None:
        """Replace each pooled connection before its next use."""
        if self._pool is not None:
            # The next turn of the event loop does it, and the loop keeps the task until then.
            asyncio.ensure_future(self._pool.expire_connections())  # noqa: RUF006

    async def close(self) -> None:
        """Close all connections, also those in use."""
        for connection in self._dedicated:
            connection.terminate()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            closing = asyncio.gather(pool.close(), return_exceptions=True)
            with suppress(TimeoutError):  # the pool terminates them when it is cancelled
                await asyncio.wait_for(closing, CLOSE_TIMEOUT)
        await asyncio.gather(*self._releasing, return_exceptions=True)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A pooled connection. Raises Unavailable, also for what happens while it is used."""
        if self._pool is None:
            raise Unavailable("the database is not open")
        pool = self._pool
        with self._availability.away_is_unavailable(*_TAKEN_AWAY):
            async with asyncio.timeout(CHECKOUT_TIMEOUT):
                connection = await pool.acquire(timeout=STATEMENT_TIMEOUT)
                try:
                    if self._check is not None and self._check.is_due:
                        await self.check(connection)
                    yield connection
                except BaseException:
                    self._release_in_background(pool, connection)
                    raise
                await pool.release(connection)

    def _release_in_background(
        self, pool: asyncpg.Pool, connection: asyncpg.pool.PoolConnectionProxy
    ) -> None:
        """Release after a failure, without a wait: asyncpg first cancels the running statement, and
        on a dead link that times out once more."""
        releasing = asyncio.create_task(pool.release(connection))
        self._releasing.add(releasing)

        def released(_: asyncio.Task[None]) -> None:
            self._releasing.discard(releasing)
            if not releasing.cancelled() and (error := releasing.exception()) is not None:
                logger.debug("a connection was given up: %s", type(error).__name__)

        releasing.add_done_callback(released)

    @asynccontextmanager
    async def dedicated(self, *, is_patient: bool = False) -> AsyncIterator[Session]:
        """A connection of one's own, outside the pool: for LISTEN, and for advisory locks, which
        are held until it closes. A patient one waits for an answer as long as it takes.

        Raises Unavailable, also for what happens while it is used.
        """
        with self._availability.away_is_unavailable():
            connection = await self._connector.session(is_patient=is_patient)
        self._dedicated.add(connection)
        try:
            with self._availability.away_is_unavailable(*_TAKEN_AWAY):
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
    async def _first_connection(self) -> Session:
        with self._availability.away_is_unavailable():
            return await self._connector.first()

    async def _create_pool(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            connect=lambda *_, **__: self._connector.session(),
            connection_class=Session,
            min_size=0,  # asyncpg would keep a minimum up, and log at length while it cannot
            init_size=1,
            max_size=POOL_SIZE,
            # Kanal leaves nothing behind in a pooled session, and asyncpg's own reset would cost a
            # round trip for each use.
            reset=_reset_nothing,
        )


_TAKEN_AWAY = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
    asyncpg.TransactionRollbackError,
)
"""Kanal's tables are missing, locked or not permitted, as for a while when a dump is restored."""


async def _reset_nothing(_: Connection) -> None: ...
