"""A log kept in memory, for tests of what commands decide and of what sessions are told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.event_log import DomainEvent, RecordedEvent, StreamConflict
from persistence.log.epochs import Epoch, Lineage

LINEAGE = Lineage((Epoch(uuid4(), 1, datetime.now(UTC)),))
"""The epochs of a log that nothing has happened to."""


class MemoryLog:
    """Appends whole commands or raises, as EventLog asks; `events` is the whole log in order, and
    `appends` says which of it was appended together."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []
        self.appends: list[list[DomainEvent]] = []
        self.epoch: UUID | None = uuid4()

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        if epoch not in (None, self.epoch):
            raise StreamConflict
        taken = {_place(recorded.event) for recorded in self.events}
        for event in events:
            if _place(event) in taken:
                raise StreamConflict
            taken.add(_place(event))
        self.appends.append(list(events))
        first = len(self.events) + 1
        self.events += [
            RecordedEvent(position, workspace_id, event)
            for position, event in enumerate(events, first)
        ]
        return first

    async def read_stream(
        self,
        stream_id: UUID,
        *,
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> list[RecordedEvent]:
        return [
            found
            for found in self.events
            if found.event.originator_id == stream_id
            and after < found.event.originator_version
            and (upto is None or found.event.originator_version <= upto)
        ]

    async def read_latest(self, stream_id: UUID, *, upto: int | None = None) -> list[RecordedEvent]:
        return await self.read_stream(stream_id, upto=upto)

    async def read_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> list[RecordedEvent]:
        return [found for found in self.events[after:upto] if found.workspace_id == workspace_id]

    async def read_newer(self, versions: Mapping[UUID, int]) -> list[RecordedEvent]:
        return [
            found
            for stream_id, version in versions.items()
            for found in await self.read_stream(stream_id, after=version)
        ]

    async def head(self) -> int:
        return len(self.events)

    async def next_position(self, workspace_ids: Sequence[str], *, after: int) -> int | None:
        for found in self.events[after:]:
            if found.workspace_id in workspace_ids:
                return found.position
        return None

    async def count_workspaces(
        self, workspace_ids: Sequence[str], *, after: int, limit: int
    ) -> int:
        found = [each for each in self.events[after:] if each.workspace_id in workspace_ids]
        return min(len(found), limit)


def _place(event: DomainEvent) -> tuple[UUID, int]:
    return event.originator_id, event.originator_version
