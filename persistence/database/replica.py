"""The replica: a copy of the database that is read in the place of the primary.

Who reads says up to which position of the log the copy must have come. One that has not is not
waited for, nor one that is away, holds another log, or is far behind: the primary is read then. A
task looks at the replica all the time, so that only the first readers ever wait for one that hangs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

import asyncpg

from domain.errors import Unavailable
from persistence.database.availability import TAKEN_AWAY, Availability, ServerNotReady
from persistence.database.connection_pool import ConnectionPool
from persistence.database.connector import Connector
from persistence.database.pool import APPLICATION_NAME, CONNECTIONS, DEDICATED, Database
from persistence.database.reading import Ask, T
from persistence.database.session_settings import ConnectionCheck, Session

LOOK_INTERVAL = 2.0
"""Seconds between two looks; a connection is checked again before it is used later than that."""

REPLICA_TIMEOUT = 1.5
"""Seconds for connecting to it and for a statement: the primary can still be asked in time."""

MAX_LAG = 10.0
"""Seconds that it may be behind the primary. What a user may see changes as well, and what was
taken back must not be seen for long."""


class Replica:
    """A standby of `primary`, read while a task executes `run`."""

    def __init__(
        self,
        dsn: str,
        primary: Database,
        check: ConnectionCheck,
        *,
        head: Callable[[], int],
        connections: int = CONNECTIONS,
    ) -> None:
        """`check` refuses a server that is no copy of the primary; `head` answers how far the log
        of the primary is known to go."""
        self._primary = primary
        self._check = check
        self._head = head
        self._availability = Availability("replica", meanwhile=", the primary is read in its place")
        connector = Connector(
            dsn,
            application_name=APPLICATION_NAME,
            check=check.check,
            is_read_only=True,
            timeout=REPLICA_TIMEOUT,
        )
        self._pool = ConnectionPool(connector.session, size=connections - DEDICATED)
        self._checked_at: WeakKeyDictionary[Session, float] = WeakKeyDictionary()
        self._reached: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        """By connection, since several servers may be behind one URL: how far its log goes."""
        self._is_used = False
        """Whether the last look found it fit, and no use of it has failed since."""
        self._goal, self._goal_set_at = 0, time.monotonic()

    @property
    def is_away(self) -> bool:
        """Whether the primary is read in its place."""
        return not self._is_used

    async def run(self) -> None:
        """Look at the replica for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_INTERVAL)

    async def look(self) -> None:
        """Find out whether it can be used. Raises InvalidDatabaseUrl."""
        try:
            async with self._acquire() as session:
                self._refuse_far_behind(await self._reach(session))
        except Unavailable:
            self._is_used = False
        else:
            self._is_used = True

    async def read(self, ask: Ask[T], *, upto: int = 0) -> T:
        """What `ask` answers with a connection to the replica, or to the primary. Raises
        Unavailable."""
        if self._is_used:
            try:
                async with self._acquire() as session:
                    if await self._has_reached(session, upto):
                        return await ask(session)
            except Unavailable:
                self._is_used = False
        return await self._primary.read(ask)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection to it alone. Raises Unavailable, also for what happens while it is used."""
        async with self._acquire() as session:
            yield session

    async def has_reached(self, position: int) -> bool:
        """Whether it can be used and its log goes so far. Raises Unavailable."""
        async with self._acquire() as session:
            return await self._has_reached(session, position)

    def renew(self) -> None:
        """Replace each connection before its next use: the log is in another epoch."""
        self._pool.renew()

    async def close(self) -> None:
        self._pool.terminate()
        await self._pool.close()

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Session]:
        with self._availability.away_is_unavailable(*TAKEN_AWAY):
            async with self._pool.connection(within=REPLICA_TIMEOUT) as session:
                checked_at = self._checked_at.setdefault(session, time.monotonic())
                if time.monotonic() - checked_at > LOOK_INTERVAL:
                    await self._check.check(session)
                    self._checked_at[session] = time.monotonic()
                yield session

    async def _has_reached(self, session: Session, position: int) -> bool:
        return self._reached.get(session, 0) >= position or await self._reach(session) >= position

    async def _reach(self, session: Session) -> int:
        reached: int = await session.fetchval(_SELECT_HEAD)
        self._reached[session] = reached
        return reached

    def _refuse_far_behind(self, reached: int) -> None:
        """Raise ServerNotReady where it has not reached the head of MAX_LAG ago."""
        if reached >= self._goal:
            self._goal, self._goal_set_at = self._head(), time.monotonic()
        elif (lag := time.monotonic() - self._goal_set_at) > MAX_LAG:
            raise ServerNotReady(f"it is {lag:.0f} s behind the primary")


_SELECT_HEAD = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
