"""The whole log as it is stored, page by page, for the export and for `kanal check`.

Events up to the head never change, so the pages are one consistent snapshot without a transaction
around them. An open one would keep VACUUM from removing old row versions behind a running service.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from operator import itemgetter

import asyncpg

from domain.errors import Conflict
from persistence.database.reading import Connections
from persistence.log.epochs import Lineage, read_lineage
from persistence.log.logged_event import COLUMNS
from persistence.log.reading_ahead import ahead

PAGE_SIZE = 1_000

BEFORE_ALL = -(2**63)
"""Before every row, also one at a position that was never given out."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Which log it is and how long, at one moment.

    `log_id` and `head` are those of the head row, `last` is the position of the last event. In a
    log without faults the id is that of the last epoch, and the two positions are the same.
    """

    log_id: str
    lineage: Lineage
    head: int
    last: int


async def read_extent(database: Connections) -> Extent:
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
    database: Connections, *, upto: int, after: int = BEFORE_ALL
) -> AsyncGenerator[Sequence[asyncpg.Record]]:
    """The rows of the events at positions in (after, upto], in order. Raises Unavailable."""

    async def read(after: int) -> list[asyncpg.Record]:
        async with database.acquire() as connection:
            page: list[asyncpg.Record] = await connection.fetch(
                _SELECT_PAGE, after, upto, PAGE_SIZE
            )
        return page

    async with aclosing(ahead(read, itemgetter("notification_id"), after=after)) as pages:
        async for page in pages:
            yield page


_SELECT_PAGE = f"""
SELECT {COLUMNS}
FROM stored_events WHERE notification_id > $1 AND notification_id <= $2
ORDER BY notification_id LIMIT $3
"""
