"""The seen events: what this process appended or read last. The epoch check compares them with what
the log has at their positions later.

    seen   … 4a 5b 6c          the log   … 4a 5x 6y 7z      they agree up to 4
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from persistence.database.pool import Connection
from persistence.database.statements import statement

REMEMBERED = 4_096
"""Positions, counted back from the last one seen."""


class SeenEvents:
    """The last events that were seen, by position."""

    def __init__(self) -> None:
        self._events: dict[int, StoredEvent] = {}
        self.last = 0
        """The last position at which an event was seen; 0 where none was."""
        self.is_contradicted = False
        """Whether the log was found with another event at a position than was seen there, or
        none."""

    def __contains__(self, position: int) -> bool:
        return position in self._events

    def differs(self, position: int, event: StoredEvent) -> bool:
        """Whether another event was seen at a position than this one."""
        known = self._events.get(position)
        return known is not None and (
            known.state != event.state
            or known.originator_version != event.originator_version
            or known.originator_id != event.originator_id
        )

    def add(self, position: int, event: StoredEvent) -> None:
        """Remember an event that is committed at a position."""
        if position in self._events:
            self.is_contradicted |= self.differs(position, event)
        elif position > self.last - REMEMBERED:
            if position >= self.last + REMEMBERED:  # as at a start: all of them are too old
                self._events.clear()
            else:
                for forgotten in range(self.last - REMEMBERED + 1, position - REMEMBERED + 1):
                    self._events.pop(forgotten, None)
            self._events[position] = event
            self.last = max(self.last, position)

    @property
    def last_event(self) -> tuple[int, UUID | str | None, int | None, bytes | None]:
        """The event that was seen last: its position, stream, version and state."""
        if not self.last:
            return 0, None, None, None
        last = self._events[self.last]
        return self.last, last.originator_id, last.originator_version, last.state

    async def agreement(self, connection: Connection, *, upto: int) -> int:
        """The last position, at most `upto`, up to which the log has the events that were seen.

        It is `upto` itself where none differs, else the position of the last seen event before the
        first that differs, or 0."""
        seen = sorted(item for item in self._events.items() if item[0] <= upto)
        there = await connection.fetch(
            _SELECT_SEEN,
            [position for position, _ in seen],
            [event.originator_id for _, event in seen],
            [event.originator_version for _, event in seen],
            [hashlib.sha256(event.state).digest() for _, event in seen],
        )
        return _last_before_gap([position for position, _ in seen], {row[0] for row in there}, upto)


def _last_before_gap(seen: Sequence[int], there: set[int], upto: int) -> int:
    before = 0
    for position in seen:
        if position not in there:
            return before
        before = position
    return upto


def as_event(stream_id: UUID, version: int, state: bytes) -> StoredEvent:
    """A stored event with the fields that are compared."""
    return StoredEvent(UUID(int=stream_id.int), version, "", state)


_SELECT_SEEN = statement(__file__, "select_seen")
