"""The connection pool of a database: keeps connections for whoever needs one next, so many at most.

A connection is made in a task of its own, and whoever waits gets the first that there is: a new
one, or one that somebody gives back. So where no more can be made, as when the server is full, the
pool goes on with those that it has.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from persistence.database.availability import AWAY, words
from persistence.database.session_settings import Session

logger = logging.getLogger(__name__)

GROWTH_PAUSE = 1.0
"""Seconds after a connection could not be made in which no other is tried, while there are some."""

UNUSED_FOR = 300.0
"""Seconds after which a connection that nobody needed is closed."""


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """How many connections a pool has that are idle and in use, how many it may have, and how many
    wait for one."""

    idle: int = 0
    in_use: int = 0
    size: int = 0
    waiting: int = 0


class ConnectionPool:
    """At most `size` connections that `connect` makes."""

    def __init__(self, connect: Callable[[], Awaitable[Session]], *, size: int) -> None:
        self._connect = connect
        self._size = size
        self._all: set[Session] = set()
        self._outdated: set[Session] = set()
        self._idle: deque[tuple[Session, float]] = deque()
        """Each with when it was given back; the last one is taken first."""
        self._waiting: deque[asyncio.Future[Session]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._growing = self._closing = 0
        self._closes_unused: asyncio.TimerHandle | None = None
        self._pause_until = float("-inf")
        self._is_told = False
        self._is_closed = False

    @property
    def load(self) -> PoolLoad:
        idle = len(self._idle)
        waiting = sum(not each.done() for each in self._waiting)
        return PoolLoad(idle, len(self._all) - idle, self._size, waiting)

    @asynccontextmanager
    async def connection(self, *, within: float) -> AsyncIterator[Session]:
        """A connection for as long as the block lasts. Raises what `connect` raises where there is
        none, and TimeoutError after so many seconds."""
        session = self._take_idle()
        if session is None:
            async with asyncio.timeout(within):
                session = await self._wait_for_one()
        try:
            yield session
        except BaseException:
            # Without a wait: asyncpg first cancels what runs, and on a dead link that times out.
            self._run(self._settle(session))
            raise
        self._give_back(session)

    def _take_idle(self) -> Session | None:
        while self._idle:
            session, _ = self._idle.pop()
            if not session.is_closed():
                return session
            self._drop(session)
        return None

    async def _wait_for_one(self) -> Session:
        waiting: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._grow()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self._give_back(waiting.result())
            raise

    def _give_back(self, session: Session) -> None:
        """Let the next one have a connection that can be used."""
        if self._is_closed or session in self._outdated or session.is_closed():
            self._drop(session)
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(session)
                return
        self._idle.append((session, time.monotonic()))
        if self._closes_unused is None:
            self._look_for_unused_later()

    async def _settle(self, session: Session) -> None:
        """Let the next one have a connection whose use has failed, if it can still be used."""
        try:
            await session.execute("SELECT 1")
        except (*AWAY, asyncpg.PostgresError) as error:
            logger.debug("a connection was given up: %s", type(error).__name__)
            session.terminate()
        except BaseException:
            session.terminate()
            raise
        else:
            if session.is_in_transaction():
                session.terminate()
        finally:
            self._give_back(session)

    def renew(self) -> None:
        """Let nobody have any of the connections that there are now."""
        self._outdated |= self._all
        idle, self._idle = self._idle, deque()
        for session, _ in idle:
            self._drop(session)

    async def close(self) -> None:
        """Close those that are idle, in order; the others are when they are given back."""
        self._is_closed = True
        if self._closes_unused is not None:
            self._closes_unused.cancel()
        self.renew()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def terminate(self) -> None:
        """Close all at once, also those in use."""
        self._is_closed = True
        for session in list(self._all):
            session.terminate()
        for task in self._tasks:
            task.cancel()

    def _grow(self) -> None:
        """Make one more connection, if somebody waits for it and there may be one."""
        waiting = sum(not each.done() for each in self._waiting)
        is_paused = bool(self._all) and time.monotonic() < self._pause_until
        has_room = len(self._all) + self._growing + self._closing < self._size
        if has_room and self._growing < waiting and not is_paused and not self._is_closed:
            self._growing += 1
            self._run(self._add())

    async def _add(self) -> None:
        try:
            session = await self._connect()
        except Exception as error:
            self._growing -= 1
            self._cannot_grow(error)
        except BaseException:
            self._growing -= 1
            raise
        else:
            self._growing -= 1
            self._is_told = False
            self._all.add(session)
            self._give_back(session)

    def goes_on_without(self, error: Exception) -> bool:
        """Whether there are connections to go on with, where a further one cannot be made; it is
        logged once."""
        if self._all and not self._is_told:
            self._is_told = True
            logger.warning(
                "no further connection to the database, going on with %d: %s",
                len(self._all), words(error),
            )  # fmt: skip
        return bool(self._all)

    def _cannot_grow(self, error: Exception) -> None:
        if self.goes_on_without(error):
            self._pause_until = time.monotonic() + GROWTH_PAUSE
        elif not self._growing:
            waiting, self._waiting = self._waiting, deque()
            for each in waiting:
                if not each.done():
                    each.set_exception(error)

    def _drop(self, session: Session) -> None:
        self._all.discard(session)
        self._outdated.discard(session)
        if session.is_closed():
            self._grow()
        else:
            self._closing += 1
            self._run(self._close(session))

    async def _close(self, session: Session) -> None:
        try:
            await session.close()
        except (*AWAY, asyncpg.PostgresError):
            pass  # it is gone
        finally:
            self._closing -= 1
            self._grow()

    def _close_unused(self) -> None:
        self._closes_unused = None
        while self._idle and self._idle[0][1] <= time.monotonic() - UNUSED_FOR:
            self._drop(self._idle.popleft()[0])
        if self._idle:
            self._look_for_unused_later()

    def _look_for_unused_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._closes_unused = loop.call_later(UNUSED_FOR, self._close_unused)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
