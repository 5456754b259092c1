"""The runner: keeps one read model up to date with the log. Every service has one for each
projection, and one of them at a time is the writer.

The writer holds a lease on the connection with which it writes. The lease ends with the connection,
and when its holder stands still; nothing can be written without it, so there are never two writers.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from domain.errors import Conflict, Unavailable
from persistence.database.pool import Database
from persistence.log.lease_turns import LeaseTurns
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.subscription import Subscription
from persistence.log.wakeup import Wakeup
from persistence.read_models.checkpoints import (
    CheckpointConflict,
    advance_checkpoint,
    read_checkpoints,
)
from persistence.read_models.lease import Lease
from persistence.read_models.models import ReadModel, enter_schema
from projections.running.projection import Projection
from projections.running.rebuild import Progress, rebuild

logger = logging.getLogger(__name__)

PAGE_SIZE = 500

TOLD_INTERVAL = 5.0
"""Seconds between two log lines with the progress of a rebuild."""


class ProjectionRunner:
    """Runs a projection, while a task executes `run`."""

    def __init__(
        self, database: Database, log: PostgresEventLog, wakeup: Wakeup, projection: Projection
    ) -> None:
        self._database = database
        self._log = log
        self._wakeup = wakeup
        self._projection = projection
        self.is_built = asyncio.Event()
        """Set once the model is built."""
        self.position: int | None = None
        """Up to where what is read reflects the log, by this node's latest look: the model, or an
        older version in its place. None where there is nothing to read."""
        self.rebuilding: Progress | None = None
        """The progress while this node builds the model, else None."""
        self.is_writer = False
        """Whether this node has the lease of the model."""

    @property
    def name(self) -> str:
        """The name of the model, whichever version."""
        return self._projection.model.name

    def behind(self, head: int) -> int:
        """How many positions of the log, up to `head`, what is read does not reflect yet."""
        return max(head - (self.position or 0), 0)

    @property
    def is_readable(self) -> bool:
        """Whether the model is built, or an older version that can be read in its place."""
        return self.position is not None

    async def run(self) -> None:
        """Become the writer, build the model if it is not there, and follow the log for ever."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((Unavailable, CheckpointConflict, Conflict)),
            wait=wait_random_exponential(multiplier=0.1, max=1),
        ):
            with attempt:
                turns = LeaseTurns(self._database, self._wakeup, str(self._projection.model))
                await turns.run(self._become_writer, look=self._look)

    async def _become_writer(self, lease: Lease) -> None:
        self.is_writer = True
        try:
            await self._hold(lease)
        finally:
            self.is_writer = False

    async def _hold(self, lease: Lease) -> None:
        async with lease.connection() as connection:
            # What came with the lock may be from before the last commit of the holder before.
            is_built = self._look(await read_checkpoints(connection)) is not None
        if not is_built:
            await self._build()
        await self._write(lease)

    def _look(self, positions: Mapping[ReadModel, int]) -> int | None:
        """Note which models are built; the position of the projection's own, if it is."""
        wanted = self._projection.model
        readable = {
            model.version: position
            for model, position in positions.items()
            if model.name == wanted.name
            and self._projection.readable_since <= model.version <= wanted.version
        }
        self.position = readable[max(readable)] if readable else None
        if wanted in positions:
            self.is_built.set()
        else:
            self.is_built.clear()  # it may have been, of a log that has lost its end since
        return positions.get(wanted)

    async def _build(self) -> None:
        model, loop = self._projection.model, asyncio.get_running_loop()
        told = loop.time()
        logger.info("%s is not there: building it", model)
        try:
            async with aclosing(rebuild(self._database, self._log, self._projection)) as steps:
                async for self.rebuilding in steps:
                    if loop.time() - told > TOLD_INTERVAL:
                        told = loop.time()
                        position, head = self.rebuilding.position, self.rebuilding.head
                        logger.info("%s: built up to position %d of %d", model, position, head)
        finally:
            self.rebuilding = None
        logger.info("%s is built, and is read from now on", model)

    async def _write(self, lease: Lease) -> None:
        model = self._projection.model
        async with lease.connection() as connection:
            position = self._look(await read_checkpoints(connection))
            if position is None:
                raise CheckpointConflict(f"{model} was removed")
            await enter_schema(connection, model.schema)
            # After a crash of Postgres rows and checkpoint are lost together, and written again.
            await connection.execute("SET synchronous_commit = off")
        logger.info("%s: writing, from position %d", model, position)
        subscription = Subscription(
            self._log.read_all, self._wakeup, after=position, page_size=PAGE_SIZE
        )
        async for page in subscription.pages():
            await asyncio.sleep(0)  # sockets are told first: somebody waits for that
            async with lease.connection() as connection, connection.transaction():
                # First: whoever is not at the expected checkpoint must not touch the rows.
                await advance_checkpoint(
                    connection, model, expected=position, position=subscription.position
                )
                await self._projection.apply(connection, page)
            self.position = position = subscription.position
            if len(page) < PAGE_SIZE:
                await asyncio.sleep(self._projection.gathers_for)
