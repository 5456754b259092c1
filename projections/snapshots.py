"""The snapshots of channels with many events: a projection, so they are taken along the log and not
by commands.

With one, the first use of a channel after a start reads the events since the snapshot and not all.
Snapshots are a function of the log: a channel is the same with them and without.
"""

from collections.abc import Sequence
from typing import ClassVar, cast
from uuid import UUID

from eventsourcing.persistence import Mapper

from domain.access import ACCESS_TOPICS
from domain.channel import Channel
from domain.channel_name import NAME_TOPICS
from domain.event_log import DomainEvent, RecordedEvent
from persistence.database.pool import Connection
from persistence.log.stored_events import select_latest
from persistence.read_models.models import ReadModel

TAKEN_EVERY = 100
"""Versions of a channel from one snapshot to the next."""

KEPT_EVERY = 1_000
"""Versions between the snapshots that are kept once there is a newer one."""


class ChannelSnapshots:
    """Takes the snapshots that are due, in the transaction in which its runner moves the
    checkpoint."""

    model: ClassVar = ReadModel("snapshots", version=1)
    readable_since: ClassVar = 1
    gathers_for: ClassVar = 0.5  # nobody waits for a snapshot
    ignores: ClassVar = NAME_TOPICS | ACCESS_TOPICS
    # The columns are those of stored_events; notification_id is the position of the last event that
    # the state includes. Rows may be deleted: that costs time and nothing else.
    tables: ClassVar = """
        CREATE TABLE snapshots (
            originator_id uuid NOT NULL,
            originator_version bigint NOT NULL,
            topic text NOT NULL,
            state bytea NOT NULL,
            notification_id bigint NOT NULL,
            workspace_id text,
            PRIMARY KEY (originator_id, originator_version)
        );
    """
    indexes: ClassVar = ""

    def __init__(self, mapper: Mapper[UUID]) -> None:
        self._mapper = mapper

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Take the snapshots that are due at the next events of the log."""
        for recorded in page:
            event = recorded.event
            if isinstance(event, Channel.Event) and event.originator_version % TAKEN_EVERY == 0:
                await self._take(connection, recorded, event.originator_version)

    async def _take(self, connection: Connection, recorded: RecordedEvent, version: int) -> None:
        stream_id = recorded.event.originator_id
        aggregate = None
        # With the transaction's own search path: a rebuild must not read the live snapshots.
        for found in await select_latest(connection, stream_id, upto=version):
            event = cast(DomainEvent, self._mapper.to_domain_event(found))
            aggregate = event.mutate(aggregate)
        stored = self._mapper.to_stored_event(Channel.Snapshot.take(cast(Channel, aggregate)))
        await connection.execute(
            "INSERT INTO snapshots VALUES ($1, $2, $3, $4, $5, $6)",
            stream_id,
            version,
            stored.topic,
            stored.state,
            recorded.position,
            recorded.workspace_id,
        )
        if (version - TAKEN_EVERY) % KEPT_EVERY:
            await connection.execute(
                "DELETE FROM snapshots WHERE originator_id = $1 AND originator_version = $2",
                stream_id,
                version - TAKEN_EVERY,
            )
