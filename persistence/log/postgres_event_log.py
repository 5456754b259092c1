"""The event log in Postgres: what the domain asks of storage, on the append queue and the stored
events. It maps events on the way in and out, and keeps the recent ones."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar, cast
from uuid import UUID
from weakref import WeakValueDictionary

from eventsourcing.persistence import Mapper

from domain.event_log import DomainEvent, RecordedEvent, UndecodableEvent
from persistence.log.append_queue import AppendQueue
from persistence.log.epoch_check import EpochCheck
from persistence.log.lazy_event import LazyEvent
from persistence.log.log_source import LogSource
from persistence.log.logged_event import LoggedEvent
from persistence.log.recent_events import RecentEvents
from persistence.log.stored_events import StoredEvents

T = TypeVar("T")


class PostgresEventLog:
    """The log of one database. Every method raises Unavailable, and every read UndecodableEvent."""

    def __init__(
        self,
        queue: AppendQueue,
        stored: StoredEvents,
        mapper: Mapper[UUID],
        epochs: EpochCheck | None = None,
        source: LogSource | None = None,
    ) -> None:
        """`source` is Postgres, unless the node may follow a stream."""
        self._queue = queue
        self._source = source or LogSource()
        self._epochs = epochs or EpochCheck()
        self._stored = stored
        self._mapper = mapper
        self._recent = RecentEvents[LazyEvent]()
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """The locks of those who are reading, by the position after which they read."""

    @property
    def epoch(self) -> UUID | None:
        return self._epochs.epoch

    def forget(self) -> None:
        """Drop what is kept of the log: it is in another epoch from here on."""
        self._recent = RecentEvents[LazyEvent]()

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        def committed(first: int) -> None:
            for position, event in enumerate(stored, first):
                seen.add(position, event)
            if not seen.is_contradicted:
                recent.keep(
                    LazyEvent.known(RecordedEvent(position, workspace_id, event), each.topic)
                    for position, (event, each) in enumerate(
                        zip(events, stored, strict=True), first
                    )
                )

        recent, seen = self._recent, self._epochs.seen
        stored = [self._mapper.to_stored_event(event) for event in events]
        user_id: str = getattr(events[0], "actor_id", "") if events else ""
        return await self._queue.append(
            stored, workspace_id, committed, epoch=epoch, user_id=user_id
        )

    async def read_stream(
        self,
        stream_id: UUID,
        *,
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> list[RecordedEvent]:
        stored = await self._stored.select_stream(stream_id, after=after, upto=upto, as_of=as_of)
        return [self.recorded(found) for found in stored]

    async def read_latest(self, stream_id: UUID, *, upto: int | None = None) -> list[RecordedEvent]:
        stored = await self._stored.select_latest(stream_id, upto=upto)
        return [self.recorded(found) for found in stored]

    async def read_all(self, *, after: int, limit: int) -> list[RecordedEvent]:
        """At most `limit` events at positions beyond `after`, in order.

        A page ends before an event that cannot be decoded; the next then raises UndecodableEvent.
        """
        page = await self.read_lazily(after=after, limit=limit)
        return _page(page, lambda each: each.recorded)

    async def read_lazily(self, *, after: int, limit: int) -> list[LazyEvent]:
        """The same, not decoded yet."""
        if known := self._recent.after(after, limit):
            return known
        # The followers of a node read the same pages at the same time: one asks Postgres for all.
        async with self._reading.setdefault(after, asyncio.Lock()):
            await self._source.reached(after + 1)
            recent, seen = self._recent, self._epochs.seen
            if known := recent.after(after, limit):
                return known
            before = 1 if after in seen else 0
            found = await self._stored.select_page(after=after - before, limit=limit + before)
            self._epochs.follow(seen, found, after=after)
            page = [LazyEvent(each, self._decode) for each in found if each.id > after]
            recent.keep(page)
            return page

    def has_read(self, position: int) -> bool:
        """Whether an event was appended or read here lately, and is kept."""
        return position in self._recent

    def is_other(self, found: LoggedEvent) -> bool:
        """Whether an event of a stream is not the one that was seen at its position."""
        return self._epochs.seen.differs(found.id, found)

    def bring(self, found: LoggedEvent) -> bool:
        """Keep an event that a stream has brought of the epoch that is followed; whether it was not
        kept already."""
        if found.id in self._recent:
            return False
        self._epochs.seen.add(found.id, found)
        self._recent.keep([LazyEvent(found, self._decode)])
        return True

    async def head(self) -> int:
        """The position of the latest event; 0 for an empty log. Raises Unavailable."""
        return await self._stored.head()

    async def read_range(
        self, *, after: int, upto: int, limit: int, ignoring: Collection[str]
    ) -> list[RecordedEvent]:
        """At most `limit` events at positions in (after, upto], in order, without those of the
        topics `ignoring`. A page ends before an event that cannot be decoded; the next then
        raises."""
        found = await self._stored.select_page(
            after=after, limit=limit, upto=upto, ignoring=ignoring
        )
        return _page(found, self.recorded)

    async def read_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> list[RecordedEvent]:
        """A workspace's events at positions in (after, upto], in order."""
        found = await self._stored.select_workspace(workspace_id, after=after, upto=upto)
        return [self.recorded(each) for each in found]

    async def read_newer(
        self, versions: Mapping[UUID, int], *, upto: int | None = None, limit: int | None = None
    ) -> list[RecordedEvent]:
        """At most `limit` events of each stream after the version that `versions` has for it, at
        positions up to `upto`."""
        found = await self._stored.select_newer(versions, upto=upto, limit=limit)
        return [self.recorded(each) for each in found]

    def lazy(self, found: LoggedEvent) -> LazyEvent:
        """A row of the log, decoded once somebody asks for its event."""
        return LazyEvent(found, self._decode)

    def recorded(self, found: LoggedEvent) -> RecordedEvent:
        """A row of the log, decoded. Raises UndecodableEvent."""
        event = cast(DomainEvent, self._mapper.to_domain_event(found))
        return RecordedEvent(found.id, found.workspace_id, event)

    def _decode(self, found: LoggedEvent) -> DomainEvent:
        return cast(DomainEvent, self._mapper.to_domain_event(found))


def _page(found: Sequence[T], recorded: Callable[[T], RecordedEvent]) -> list[RecordedEvent]:
    """The events up to the first that cannot be decoded. Raises UndecodableEvent where there are
    none before it."""
    page: list[RecordedEvent] = []
    try:
        for each in found:
            page.append(recorded(each))
    except UndecodableEvent:
        if not page:
            raise
    return page
