"""The check of the log, for `kanal check`: goes through it event by event and finds what is
missing, out of order, unreadable or contradictory.

Its memory grows with the number of streams, and not with the number of events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper

from domain.event_log import DomainEvent, UndecodableEvent
from persistence.log.epochs import Lineage
from persistence.log.logged_event import LoggedEvent
from projections.checking.name_check import NameCheck


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with the log, and where."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class _Stream(msgspec.Struct, gc=False):
    """What is known of a stream; there may be millions, for the collector to pass over."""

    version: int
    workspace_id: str | None


class LogCheck:
    """Takes the events in the order of their positions, and returns what is wrong with each."""

    def __init__(self, mapper: Mapper[UUID]) -> None:
        self._mapper = mapper
        self.position = 0
        """The position of the latest event."""
        self._streams: dict[int, _Stream] = {}
        self._names = NameCheck()

    def take_in(self, stored: LoggedEvent) -> list[Fault]:
        """What is wrong with the next event, and whether events before it are missing."""
        faults: list[Fault] = []
        if stored.id <= self.position:
            faults.append(Fault(f"position {stored.id}", f"is out of place, after {self.position}"))
        else:
            if stored.id > self.position + 1:
                faults += self._missing_before(stored.id)
            self.position = stored.id
        event: DomainEvent | None = None
        names: Sequence[str] = ()
        try:
            event = cast(DomainEvent, self._mapper.to_domain_event(stored))
            names = self._names.take_in(event)
        except UndecodableEvent as error:
            names = (f"an event of the topic {error.topic!r}, {error.reason}",)
        except Exception as error:  # a field has a value of another type, for instance
            why = f"{type(error).__name__}: {error}"
            names = (f"an event of the topic {stored.topic!r}, which makes no sense: {why}",)
        if wrong := [*self._wrong_in_stream(stored, event), *names]:
            place = f"position {stored.id}"
            faults += [Fault(place, " ".join(what.splitlines())) for what in wrong]
        return faults

    def end(self, log_id: str, lineage: Lineage, head: int) -> Iterator[Fault]:
        """What is wrong with the head row, the epochs and the names, after the last event."""
        if log_id != lineage.log_id:
            last_id = lineage.log_id
            yield Fault("head", f"says that the log is {log_id}, and its last epoch is {last_id}")
        for epoch in lineage.epochs:
            if epoch.first > head + 1:
                yield Fault(f"epoch {epoch.id}", f"begins at {epoch.first}, beyond the end")
        if head > self.position:
            yield from self._missing_before(head + 1)
        elif head < self.position:
            last = self.position
            yield Fault("head", f"says {head}, and the last event is at position {last}")
        for what in self._names.disagreements():
            yield Fault("names", what)

    def _missing_before(self, position: int) -> Iterator[Fault]:
        first, last = self.position + 1, position - 1
        if first == last:
            yield Fault(f"position {first}", "is missing")
        elif first < last:
            yield Fault(f"positions {first} to {last}", "are missing")

    def _wrong_in_stream(self, stored: LoggedEvent, event: Any) -> list[str]:
        """What does not agree with the earlier events of the stream."""
        wrong: list[str] = []
        workspace_id = intern(stored.workspace_id) if stored.workspace_id else None
        stream_id = cast(UUID, stored.originator_id)
        stream = self._streams.get(stream_id.int)
        if stream is None:
            declared = getattr(event, "workspace_id", workspace_id)
            stream = self._streams[stream_id.int] = _Stream(0, declared)
        expected = stream.version + 1
        stream.version = stored.originator_version
        if stream.version != expected:
            wrong.append(f"stream {stream_id}: expected version {expected}, found {stream.version}")
        if workspace_id != stream.workspace_id:
            wrong.append(
                f"stream {stream_id} belongs to {stream.workspace_id!r}, its column"
                f" `workspace_id` says {stored.workspace_id!r}"
            )
        return wrong
