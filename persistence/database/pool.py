"""The database, as all who read or write it use it: a pool of connections, and dedicated ones.
Whatever says that the server cannot be reached leaves here as Unavailable."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from domain.errors import Unavailable
from persistence.database.availability import (
    TAKEN_AWAY,
    Availability,
    ServerNotReady,
    UnfitServer,
    refusal_is_not_ready,
    words,
)
from persistence.database.connection_pool import ConnectionPool, PoolLoad
from persistence.database.connector import Connector
from persistence.database.reading import Ask, T
from persistence.database.schema import check_rights, migrate
from persistence.database.session_settings import ConnectionCheck, Session
from persistence.database.time_budget import CHECKOUT_TIMEOUT, CLOSE_TIMEOUT, STATEMENT_TIMEOUT

logger = logging.getLogger(__name__)

Connection: TypeAlias = asyncpg.Connection

APPLICATION_NAME = "kanal"
"""By which the server, and `kanal import`, know the connections of a service."""

KEPT = 5
"""Connections that a node keeps: one that listens, one that writes each of three read models, and
one that notes how far webhooks have come."""

BUILDING = 3
"""Connections that build read models, check or remove them, at most: each model may be built while
the others are, since nobody is let in before the revocations are there."""

DEDICATED = KEPT + BUILDING
"""Connections outside the pool, at most."""

MIN_CONNECTIONS = DEDICATED + 2
"""With fewer, what appends and what reads would wait for each other."""

CONNECTIONS = DEDICATED + 8
"""Connections at most, pooled and dedicated."""


class Database:
    """A pool of connections to one Postgres, its schema up to date. Open it before use."""

    def __init__(
        self,
        dsn: str,
        *,
        application_name: str = APPLICATION_NAME,
        check: ConnectionCheck | None = None,
        connections: int = CONNECTIONS,
        is_read_only: bool = False,
    ) -> None:
        """The server knows the connections by `application_name`; each must pass the `check`. There
        are never more than `connections` of them, at least MIN_CONNECTIONS. One that is read only
        may be a standby, and is opened with `open_to_read`."""
        self._check = check
        self._connector = Connector(
            dsn, application_name=application_name, check=self.check, is_read_only=is_read_only
        )
        self._availability = Availability()
        self._pool_size = connections - DEDICATED
        self._pool: ConnectionPool | None = None
        self._may_keep = asyncio.Semaphore(KEPT)
        self._may_build = asyncio.Semaphore(BUILDING)
        self._dedicated: set[Session] = set()

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
            self._pool = ConnectionPool(self._connector.session, size=self._pool_size)
            async with self.acquire():
                pass  # the first is there for who comes first
        except Unavailable as error:
            raise Unavailable(f"the database cannot be used: {self._availability.why}") from error
        except UnfitServer as error:
            raise Unavailable(f"the database cannot be used: {error}") from error
        except asyncpg.PostgresError as error:
            raise Unavailable(f"the database refuses: {words(error)}") from error

    @retry(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.1, max=1),
        stop=stop_after_delay(10),
        reraise=True,
    )
    async def open_to_read(self) -> None:
        """The same for who only reads the log, as a role that may do nothing else: it changes
        nothing, and there must be a log.

        Raises Unavailable, and InvalidDatabaseUrl.
        """
        self._pool = self._pool or ConnectionPool(self._connector.session, size=self._pool_size)
        try:
            async with self.acquire() as connection:
                await connection.fetchval("SELECT position FROM log_head")
        except Unavailable as error:
            raise Unavailable(f"the database cannot be used: {self._availability.why}") from error
        except UnfitServer as error:
            raise Unavailable(f"the database cannot be used: {error}") from error

    async def check(self, connection: Connection) -> None:
        """Check, also once more, that a connection leads where it should. Raises ServerNotReady."""
        if self._check is not None:
            with refusal_is_not_ready():
                await self._check.check(connection)

    @property
    def is_away(self) -> bool:
        """Whether its last use has found it away."""
        return self._availability.is_away

    @property
    def load(self) -> PoolLoad:
        """That of the pool."""
        return PoolLoad() if self._pool is None else self._pool.load

    def renew(self) -> None:
        """Replace each pooled connection before its next use."""
        if self._pool is not None:
            self._pool.renew()

    async def close(self) -> None:
        """Close all connections, also those in use."""
        for connection in self._dedicated:
            connection.terminate()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            with suppress(TimeoutError):
                await asyncio.wait_for(pool.close(), CLOSE_TIMEOUT)
            pool.terminate()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A pooled connection. Raises Unavailable, also for what happens while it is used."""
        if self._pool is None:
            raise Unavailable("the database is not open")
        pool = self._pool
        with self._availability.away_is_unavailable(*TAKEN_AWAY):
            async with (
                asyncio.timeout(CHECKOUT_TIMEOUT),
                pool.connection(within=STATEMENT_TIMEOUT) as connection,
            ):
                if self._check is not None and self._check.is_due:
                    await self.check(connection)
                yield connection

    async def read(self, ask: Ask[T], *, upto: int = 0) -> T:  # noqa: ARG002
        """What `ask` answers with a pooled connection; no copy has more than this one. Raises
        Unavailable."""
        async with self.acquire() as connection:
            return await ask(connection)

    @asynccontextmanager
    async def dedicated(
        self, *, builds: bool = False, is_patient: bool = False
    ) -> AsyncIterator[Session]:
        """A connection of one's own, outside the pool: for LISTEN, and for advisory locks, which
        are held until it closes. One that `builds` is a while at a read model, and waits for others
        that do; nobody else waits for those. A patient one waits for an answer as long as it takes.

        Raises Unavailable, also for what happens while it is used.
        """
        async with self._may_build if builds else self._may_keep:
            with self._availability.away_is_unavailable():
                connection = await self._dedicate(is_patient=is_patient)
            self._dedicated.add(connection)
            try:
                with self._availability.away_is_unavailable(*TAKEN_AWAY):
                    yield connection
            finally:
                self._dedicated.discard(connection)
                connection.terminate()

    async def _dedicate(self, *, is_patient: bool) -> Session:
        """Raises Unavailable where the server is full, and the pool goes on: that is not away."""
        try:
            return await self._connector.session(is_patient=is_patient)
        except ServerNotReady as error:
            is_full = isinstance(error.__cause__, asyncpg.TooManyConnectionsError)
            if is_full and self._pool is not None and self._pool.goes_on_without(error):
                raise Unavailable("the database has no further connection; try again") from error
            raise

    @retry(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.1, max=1),
        stop=stop_after_delay(10),
        reraise=True,
    )
    async def _first_connection(self) -> Session:
        with self._availability.away_is_unavailable():
            return await self._connector.first()
