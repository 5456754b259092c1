"""What the domain asks of storage: a log of events, appended to whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate

from domain.errors import DomainError

DomainEvent: TypeAlias = CanMutateAggregate[UUID]


class StreamConflict(Exception):
    """An appended version is already taken, since somebody else wrote to the stream first; or what
    the command was decided by may be gone, since the log is in another epoch by now."""


class UndecodableEvent(DomainError):
    """An event of the log that this version of Kanal cannot read. Nobody goes past it: whoever did
    would not know what they have missed."""

    code = "unavailable"

    def __init__(self, position: int, topic: str, reason: str) -> None:
        super().__init__(f"position {position} holds an event of the topic {topic!r}, {reason}")
        self.position = position
        self.topic = topic
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """A domain event at its place in the log. Positions are 1, 2, 3, … in commit order."""

    position: int
    workspace_id: str | None
    event: DomainEvent


class EventLog(Protocol):
    """Append-only, ordered; every reader of it sees the same order.

    Every read raises Unavailable, and UndecodableEvent where one that it would answer is.
    """

    @property
    def epoch(self) -> UUID | None:
        """The id of the epoch that what is read now belongs to. There is another one where the log
        may have lost its end: what was decided by events of before is then to be decided anew."""
        ...

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str, *, epoch: UUID | None = None
    ) -> int:
        """Commit the events of one command, together, and return the position of the first.

        The others follow it without a gap. `epoch` is that of the events by which the command was
        decided, None where it was by none. Raises StreamConflict where a stream has moved on or the
        epoch is over, Unavailable where storage cannot be reached; after Unavailable the events are
        wholly in the log or not at all.
        """
        ...

    async def read_stream(
        self, stream_id: UUID, *, after: int = 0, upto: int | None = None
    ) -> Sequence[RecordedEvent]:
        """The events of a stream with versions in (after, upto], in order; none if it does not
        exist.
        """
        ...

    async def read_latest(
        self, stream_id: UUID, *, upto: int | None = None
    ) -> Sequence[RecordedEvent]:
        """What makes the aggregate at version `upto`, or as it is now: its events from the first,
        or a snapshot and the events after it.
        """
        ...
