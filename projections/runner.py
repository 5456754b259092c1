"""The runner: keeps one projection up to date, one writer however many services run it.

The writer holds an advisory lock on the connection that it writes with: if it loses the one it
has lost the other, and a second writer cannot be a moment too early.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from domain.errors import Unavailable
from domain.event_log import RecordedEvent
from persistence.checkpoints import CheckpointConflict, advance_checkpoint, read_checkpoint
from persistence.database import Connection, Database
from persistence.postgres_event_log import PostgresEventLog
from persistence.subscription import Subscription
from persistence.wakeup import Wakeup

logger = logging.getLogger(__name__)

TAKE_OVER_INTERVAL = 0.5
"""Seconds between two attempts to become the writer."""


GATHER_INTERVAL = 0.01
"""Seconds between two pages."""


class Projection(Protocol):
    """Builds state from the log."""

    @property
    def name(self) -> str: ...

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Reflect the next events, in the caller's transaction."""
        ...

    async def clear(self, connection: Connection) -> None:
        """Forget everything, in the caller's transaction."""
        ...


class ProjectionRunner:
    """Runs a projection; start it with `run` in a task."""

    def __init__(
        self, database: Database, log: PostgresEventLog, wakeup: Wakeup, projection: Projection
    ) -> None:
        self._database = database
        self._log = log
        self._wakeup = wakeup
        self._projection = projection

    async def run(self) -> None:
        """Follow the log for ever, as the writer or waiting to become it."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((Unavailable, CheckpointConflict)),
            wait=wait_random_exponential(multiplier=0.1, max=1),
        ):
            with attempt:
                async with self._database.dedicated() as connection:
                    # Another process' lock tells nobody when it is let go, so this polls.
                    while not await take_writer_lock(  # noqa: ASYNC110
                        connection, self._projection.name
                    ):
                        await asyncio.sleep(TAKE_OVER_INTERVAL)
                    await self._write(connection)

    async def _write(self, connection: asyncpg.Connection) -> None:
        name = self._projection.name
        position = await read_checkpoint(connection, name)
        logger.info("projection %r: writing, from position %d", name, position)
        subscription = Subscription(self._log.read_all, self._wakeup, after=position)
        async for page in subscription.pages():
            async with connection.transaction():
                await self._projection.apply(connection, page)
                await advance_checkpoint(
                    connection, name, expected=position, position=subscription.position
                )
            position = subscription.position
            # Under load the next page gathers meanwhile: fewer and larger transactions, and
            # readers who wait for a position hardly notice.
            await asyncio.sleep(GATHER_INTERVAL)


async def take_writer_lock(connection: Connection, projection: str) -> bool:
    """Become the one writer of a projection for as long as the connection lives, if none is."""
    taken: bool = await connection.fetchval(
        "SELECT pg_try_advisory_lock(hashtextextended('kanal:' || $1, 0))", projection
    )
    return taken
