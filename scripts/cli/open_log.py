"""The open log, for subcommands that read decoded events: the database, its log, the
projections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from domain.errors import Invalid
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.read_models.models import ServedModel
from projections.registry import create_projections
from projections.running.projection import Projection
from projections.snapshots import ChannelSnapshots


@dataclass(frozen=True, slots=True)
class OpenLog:
    """A database, its log, and the projections of it."""

    database: Database
    stored: StoredEvents
    log: PostgresEventLog
    projections: list[Projection]

    def projection(self, name: str) -> Projection:
        """Raises Invalid."""
        by_name = {projection.model.name: projection for projection in self.projections}
        if name not in by_name:
            raise Invalid(f"there is no projection {name!r}; there are: {', '.join(by_name)}")
        return by_name[name]


@asynccontextmanager
async def open_log(database_url: str) -> AsyncIterator[OpenLog]:
    """Raises Unavailable."""
    database = Database(database_url)
    await database.open()
    try:
        mapper = create_mapper()
        stored = StoredEvents(database, ServedModel.of(ChannelSnapshots))
        log = PostgresEventLog(AppendQueue(database), stored, mapper)
        yield OpenLog(database, stored, log, create_projections(mapper))
    finally:
        await database.close()
