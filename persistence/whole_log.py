"""The whole log as it is stored, from one end to the other: for those who copy it or check it.

What lies up to the head never changes, so pages that are read one after the other are one snapshot.
No transaction stays open for them: it would keep Postgres from clearing up behind a service that
goes on appending.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.errors import Conflict
from persistence.database import Database

PAGE_SIZE = 1_000

BEFORE_ALL = -(2**63)
"""No row lies before it, wherever somebody may have put one."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Whose log it is and how far it goes, at one moment.

    `head` is what the head row says, and `last` the position of the last event that there is; in a
    log that is whole they are the same.
    """

    log_id: UUID
    head: int
    last: int


async def read_extent(database: Database) -> Extent:
    """Raises Conflict where there is no head row, Unavailable."""
    async with database.acquire() as connection:
        row = await connection.fetchrow(
            "SELECT log_id, position, (SELECT coalesce(max(notification_id), 0) FROM stored_events)"
            " FROM log_head"
        )
    if row is None:
        raise Conflict("the log is not whole: log_head has no row")
    log_id, head, last = row
    return Extent(UUID(int=log_id.int), head, last)


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
