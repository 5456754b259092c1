"""The rebuild: a projection from the first position to the head, as `kanal replay` runs it.

It only writes rows; nothing of it can reach a socket.
"""

from collections.abc import AsyncIterator

from domain.errors import Conflict
from persistence.checkpoints import advance_checkpoint
from persistence.database import Database
from persistence.postgres_event_log import PostgresEventLog
from persistence.stored_events import StoredEvents
from projections.runner import Projection, take_writer_lock

PAGE_SIZE = 1_000


async def rebuild(
    database: Database, log: PostgresEventLog, stored: StoredEvents, projection: Projection
) -> AsyncIterator[tuple[int, int]]:
    """Rebuild in one transaction, so that readers see the old rows until the new are whole.

    Yields (position reached, position to reach) after each page. Raises Conflict where another
    process is writing the projection, Unavailable.
    """
    head = await stored.head()
    async with database.dedicated() as connection:
        if not await take_writer_lock(connection, projection.name):
            raise Conflict(
                f"the projection {projection.name!r} is being written by another process;"
                " stop the service first"
            )
        async with connection.transaction():
            await connection.execute("DELETE FROM checkpoints WHERE name = $1", projection.name)
            await projection.clear(connection)
            position = 0
            yield position, head
            while position < head:
                page = await log.read_all(after=position, limit=PAGE_SIZE)
                await projection.apply(connection, page)
                position = page[-1].position
                yield position, head
            await advance_checkpoint(connection, projection.name, expected=0, position=position)
