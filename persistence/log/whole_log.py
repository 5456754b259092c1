"""The whole log as it is stored, from one end to the other: for those who copy it or check it.

What lies up to the head never changes, so pages that are read one after the other are one snapshot.
No transaction stays open for them: it would keep Postgres from clearing up behind a service that
goes on appending.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

from domain.errors import Conflict
from persistence.database.pool import Database
from persistence.log.epochs import Lineage, read_lineage

PAGE_SIZE = 1_000

BEFORE_ALL = -(2**63)
"""No row lies before it, wherever somebody may have put one."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Whose log it is and how far it goes, at one moment.

    `log_id` and `head` are what the head row says, `last` is the position of the last event that
    there is; in a log that is whole, they are the id of the last epoch, and twice the same.
    """

    log_id: str
    lineage: Lineage
    head: int
    last: int


async def read_extent(database: Database) -> Extent:
    """Raises Conflict where there is no head row, Unavailable."""
    async with (
        database.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        row = await connection.fetchrow(
            "SELECT log_id, position, (SELECT coalesce(max(notification_id), 0) FROM stored_events)"
            " FROM log_head"
        )
        lineage = await read_lineage(connection)
    if row is None:
        raise Conflict("the log is not whole: log_head has no row")
    log_id, head, last = row
    return Extent(str(log_id), lineage, head, last)


async def read_pages(
    database: Database, *, upto: int, after: int = BEFORE_ALL
) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of the events at positions in (after, upto], in order. Raises Unavailable."""
    while True:
        async with database.acquire() as connection:
            page = await connection.fetch(_SELECT_PAGE, after, upto, PAGE_SIZE)
        if not page:
            break
        yield page
        after = page[-1]["notification_id"]


_SELECT_PAGE = """
SELECT originator_id, originator_version, topic, state, notification_id, workspace_id
FROM stored_events WHERE notification_id > $1 AND notification_id <= $2
ORDER BY notification_id LIMIT $3
"""
