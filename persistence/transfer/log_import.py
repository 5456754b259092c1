"""The import, for `kanal import`: the log of a file into an empty database, whole or not at all.

A position means something only together with the id of its log. So the epochs are imported too, and
the claims of clients about this log still hold. Appends after the import belong to a new epoch,
since the log may also go on where it was exported.
"""

import re
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import asyncpg

from domain.errors import Conflict, Invalid
from persistence.database.pool import APPLICATION_NAME, Connection, Database
from persistence.transfer.late_indexes import made_late
from persistence.transfer.log_file import LogFileReader
from persistence.transfer.stored_rows import COLUMNS, copied_rows

IMPORT_NAME = "kanal import"
"""The application name by which the server knows the connections of an import."""


async def import_log(
    database: Database, file: LogFileReader, progress: Callable[[int], None]
) -> None:
    """Put the log of the file in the place of the empty one, in one transaction; `progress` is
    called with the position reached.

    No read model counts as built after it. Raises Invalid for a file that is not as it was written,
    Conflict where the log is not empty or another process of Kanal is connected, Unavailable.
    """

    async def rows() -> AsyncIterator[bytes]:
        async for piece in copied_rows(file.events()):
            yield piece
            progress(file.position)

    async with database.dedicated(is_patient=True) as connection:
        await _check_ready(connection)  # once before the lock, which would block a service
        async with connection.transaction():
            await _lock(connection)
            await _check_ready(connection)
            try:
                async with made_late(connection):
                    try:
                        await connection.copy_to_table(
                            "stored_events", columns=COLUMNS, source=rows(), format="binary"
                        )
                    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
                        raise _refused(error) from error
            except asyncpg.UniqueViolationError as error:
                taken = await connection.fetchrow(_FIRST_TAKEN)
                raise (_refused(error) if taken is None else _is_taken(*taken)) from error
            await connection.execute(
                "UPDATE log_head SET log_id = $1, position = $2",
                file.header.log,
                file.header.head,
            )
            await connection.execute("DELETE FROM log_epochs")
            await connection.executemany(
                _INSERT_EPOCH,
                [
                    (number, epoch.log, epoch.first, epoch.began)
                    for number, epoch in enumerate(file.header.lineage, 1)
                ],
            )
            # Also at position 0, a checkpoint would say that a model is built.
            await connection.execute("DELETE FROM checkpoints")
    progress(file.header.head)


async def _check_ready(connection: Connection) -> None:
    """Raise Conflict where the log is not empty, or where a service is connected: it knows the id
    of the empty log, and would deliver the imported events as new ones."""
    if await connection.fetchval(_IS_NOT_EMPTY):
        raise Conflict("the database is not empty: an import needs one that has no log yet")
    if others := await connection.fetchval(_OTHERS, APPLICATION_NAME):
        raise Conflict(
            f"other processes of Kanal have {others} connections to the database: stop the service"
            " and whatever else of it there is"
        )


async def _lock(connection: Connection) -> None:
    """Lock the log against readers and writers until the transaction ends. Raises Conflict."""
    await connection.execute(f"SET LOCAL lock_timeout = '{LOCKED_WITHIN}s'")
    try:
        await connection.execute("LOCK TABLE log_head, stored_events IN ACCESS EXCLUSIVE MODE")
    except asyncpg.LockNotAvailableError as error:
        raise Conflict("another process is using the log just now") from error
    await connection.execute("SET LOCAL lock_timeout = 0")


def _refused(error: asyncpg.PostgresError) -> Invalid:
    """The refusal of the database, with the line of the file."""
    row = re.search(r"stored_events\D+(\d+)", getattr(error, "context", None) or "")
    line = f"line {int(row[1]) + 1}: " if row else ""  # the header is the first
    detail = getattr(error, "detail", None)
    return Invalid(f"{line}the database refuses the event: {detail or error}")


def _is_taken(position: int, stream_id: UUID, version: int) -> Invalid:
    """The refusal of the second event with the same place in its stream."""
    return Invalid(
        f"line {position + 1}: the database refuses the event: version {version} of the stream"
        f" {stream_id} already exists"
    )


LOCKED_WITHIN = 2
"""Seconds that an import waits for the locks of others on the log."""

# A place that no server has, and a start before every other: the first service begins another
# epoch.
_INSERT_EPOCH = """
INSERT INTO log_epochs (number, id, first_position, began_at, database, server_started_at)
VALUES ($1, $2, $3, coalesce($4, now()), 0, '-infinity')
"""

_FIRST_TAKEN = """
SELECT notification_id, originator_id, originator_version FROM (
    SELECT *, row_number() OVER (
        PARTITION BY originator_id, originator_version ORDER BY notification_id
    ) AS number
    FROM stored_events
) AS numbered
WHERE number > 1 ORDER BY notification_id LIMIT 1
"""

_IS_NOT_EMPTY = """
SELECT EXISTS (SELECT FROM stored_events) OR position <> 0
    OR EXISTS (SELECT FROM checkpoints WHERE position <> 0)
FROM log_head
"""

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = $1
"""
