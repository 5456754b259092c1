"""The rebuild, for `kanal replay` and for a model that is not there: derives a read model from
position 0 on, beside the live one.

It is built in a schema of its own, page by page. When it has come to the checkpoint of the live
one, it replaces it in one transaction (the switch): readers see the one or the other, and the
runner goes on with the new one. A rebuild only writes rows, so nothing of it reaches a socket.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random

from domain.errors import Conflict
from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.database.pool import Database
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.reading_ahead import ahead
from persistence.read_models.checkpoints import (
    lock_checkpoints,
    read_checkpoint,
    set_checkpoint,
)
from persistence.read_models.models import (
    ReadModel,
    create_tables,
    drop_schema,
    lock_tables,
    try_lock,
    unlock,
)
from projections.running.projection import Projection
from projections.running.removal import remove_outdated

logger = logging.getLogger(__name__)

PAGE_SIZE = 1_000

INDEXED_FOR = 3_600.0
"""Seconds that making the indexes may take."""

SWITCH_DISTANCE = 500
"""Positions that the switch itself may still have to apply, while readers and the runner wait."""

SWITCH_PATIENCE_MS = 200
"""Milliseconds that a switch waits for its locks before it tries again later: meanwhile new readers
queue behind it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The position that a rebuild has reached, and the head that it is to reach."""

    position: int
    head: int


async def rebuild(
    database: Database, log: PostgresEventLog, projection: Projection
) -> AsyncGenerator[Progress]:
    """Build the model beside the live one, and then switch.

    Stopped at any moment it leaves the live one as it is, and the next rebuild removes what it has
    left. Raises Conflict where another rebuild of the model is running, or another epoch of the log
    begins meanwhile; Unavailable; and UndecodableEvent. After that a live model stays as it is, and
    where there is none, the new one is put in place up to the event.
    """
    model = projection.model
    async with database.dedicated(builds=True) as connection, alone_with(connection, model):
        if await drop_schema(connection, model.next_schema):
            logger.warning("removed what an earlier rebuild of %s had left", model)
        # The commit of the switch is synchronous, and with it all commits before it are durable.
        await connection.execute("SET synchronous_commit = off")
        async with connection.transaction():
            await create_tables(connection, model.next_schema, projection.tables)
        epoch = await _epoch(connection)
        position, head = 0, await log.head()
        yield Progress(position, head)
        undecodable: UndecodableEvent | None = None
        try:
            async for position in replay(connection, log, projection, after=0, upto=head):
                yield Progress(position, head)
        except UndecodableEvent as error:
            if await read_checkpoint(connection, model) is not None:
                raise
            undecodable = error
        if projection.indexes:
            await connection.execute(projection.indexes, timeout=INDEXED_FOR)
        if undecodable is not None:
            async with connection.transaction():
                await _stay_in(connection, epoch)
                await _switch(connection, model, position)
            raise undecodable
        while (head := await log.head()) - position > SWITCH_DISTANCE:
            more = replay(connection, log, projection, after=position, upto=head)
            async for position in more:
                yield Progress(position, head)
        position = await _catch_up_and_switch(connection, log, projection, position, epoch)
        yield Progress(position, position)
        await remove_outdated(connection, model)


@asynccontextmanager
async def alone_with(connection: asyncpg.Connection, model: ReadModel) -> AsyncIterator[None]:
    """Hold the advisory lock of those who rebuild or verify the model. Raises Conflict."""
    lock = f"{model}, rebuild"
    if not await try_lock(connection, lock):
        raise Conflict(f"{model}: another replay of it is running")
    try:
        yield
    except Exception:
        with suppress(Exception):  # the first error is the one to raise
            await unlock(connection, lock)
        raise
    # Now, since the server notices the end of the connection, and releases the lock, a moment
    # later.
    await unlock(connection, lock)


async def replay(
    connection: asyncpg.Connection,
    log: PostgresEventLog,
    projection: Projection,
    *,
    after: int,
    upto: int,
) -> AsyncIterator[int]:
    """Apply the events at positions in (after, upto], one transaction for each page; yields the
    position of the last event of each page, and at the end `upto`. Raises UndecodableEvent,
    Unavailable."""

    async def read(position: int) -> Sequence[RecordedEvent]:
        return await log.read_range(
            after=position, upto=upto, limit=PAGE_SIZE, ignoring=projection.ignores
        )

    position = after
    # While Postgres writes one page, the next is read and decoded.
    async with aclosing(ahead(read, attrgetter("position"), after=after)) as pages:
        async for page in pages:
            position = page[-1].position
            async with connection.transaction():
                await projection.apply(connection, page)
            yield position
    if position < upto:
        yield upto


async def _epoch(connection: asyncpg.Connection) -> UUID:
    """The id of the log's epoch, locked: no other epoch begins before the transaction ends."""
    epoch: UUID = await connection.fetchval("SELECT log_id FROM log_head FOR KEY SHARE")
    return epoch


async def _stay_in(connection: asyncpg.Connection, epoch: UUID) -> None:
    """Raise Conflict where the log is not in that epoch any more."""
    if await _epoch(connection) != epoch:
        raise Conflict(
            "the log was rewound, and what was built may reflect what is gone; try again"
        )


async def _catch_up_and_switch(
    connection: asyncpg.Connection,
    log: PostgresEventLog,
    projection: Projection,
    position: int,
    epoch: UUID,
) -> int:
    """Bring the new tables to the checkpoint of the live ones and switch; returns the position.

    The runner waits for the lock of its checkpoint meanwhile, and then writes the new tables.
    """
    model = projection.model
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(asyncpg.LockNotAvailableError), wait=wait_random(0.05, 0.5)
    ):
        with attempt:
            async with connection.transaction():
                await connection.execute("SET LOCAL synchronous_commit = on")
                await connection.execute(f"SET LOCAL lock_timeout = {SWITCH_PATIENCE_MS}")
                await _stay_in(connection, epoch)
                checkpoints = await lock_checkpoints(connection, model.name)
                await lock_tables(connection, model.schema)
                # Nor behind an older version, from which readers have been served until now.
                reached = max([position, *checkpoints.values()])
                async for _ in replay(connection, log, projection, after=position, upto=reached):
                    pass
                await _switch(connection, model, reached)
    return reached


async def _switch(connection: asyncpg.Connection, model: ReadModel, position: int) -> None:
    """Replace the live tables by the new ones, in the caller's transaction."""
    await drop_schema(connection, model.schema)
    await connection.execute(f"ALTER SCHEMA {model.next_schema} RENAME TO {model.schema}")
    await set_checkpoint(connection, model, position)
