"""The event log, as the domain asks it of storage: a protocol, which `persistence/log` implements,
and the values that it returns."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

import msgspec
from eventsourcing.domain import CanMutateAggregate
from eventsourcing.utils import get_topic

from domain.errors import DomainError

DomainEvent: TypeAlias = CanMutateAggregate[UUID]

TRACEPARENT = "traceparent"
"""The attribute of an event that was recorded in a trace."""


class StreamConflict(Exception):
    """The command must be decided anew: an appended version is taken, since somebody else has
    appended to the stream first, or the log is in another epoch than the events it was decided
    by."""


class UndecodableEvent(DomainError):
    """An event of the log that this version of Kanal cannot read. Readers stop before it, since to
    skip it would be to miss something."""

    code = "unavailable"

    def __init__(self, position: int, topic: str, reason: str) -> None:
        super().__init__(f"position {position} holds an event of the topic {topic!r}, {reason}")
        self.position = position
        self.topic = topic
        self.reason = reason


class RecordedEvent(msgspec.Struct, frozen=True):
    """A domain event with its position and its workspace. Positions are 1, 2, 3, … in commit
    order."""

    position: int
    workspace_id: str | None
    event: DomainEvent

    @property
    def topic(self) -> str:
        """The topic under which it is stored."""
        return get_topic(type(self.event))


def traceparent_of(event: DomainEvent) -> str | None:
    """The `traceparent` (W3C Trace Context, 3.2) that is kept beside an event's fields; None where
    it has none, or in a log from elsewhere something that is no text."""
    kept = vars(event).get(TRACEPARENT)
    return kept if isinstance(kept, str) else None


class EventLog(Protocol):
    """An append-only log; all readers see the same order.

    Every read raises Unavailable, and UndecodableEvent where it would return such an event.
    """

    @property
    def epoch(self) -> UUID | None:
        """The id of the epoch that what is read now belongs to. When it changes, the log may have
        lost its end, and what was decided by earlier reads must be decided anew."""
        ...

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        """Commit the events of one command together; returns the position of the first.

        The others follow without a gap. `workspace_id` is None for what is of no workspace. `epoch`
        is that of the events by which the command was decided, None where it was decided by none.
        Raises StreamConflict where a version is taken or the epoch is over, and Unavailable where
        storage cannot be reached: after that all of the events are in the log, or none.
        """
        ...

    async def read_stream(
        self,
        stream_id: UUID,
        *,
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> Sequence[RecordedEvent]:
        """The events of a stream with versions in (after, upto], in order; none if it does not
        exist. `as_of` is a position up to which they all are, where the caller knows one: any copy
        of the log that has come so far may answer.
        """
        ...

    async def read_latest(
        self, stream_id: UUID, *, upto: int | None = None
    ) -> Sequence[RecordedEvent]:
        """What makes an aggregate as of version `upto`, or as of now: its events from the first on,
        or a snapshot and the events after it.
        """
        ...
