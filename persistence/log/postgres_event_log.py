"""The event log in Postgres: what the domain asks of storage, on the append queue and the stored
events. It maps events on the way in and out, and keeps the recent ones."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import cast
from uuid import UUID
from weakref import WeakValueDictionary

from eventsourcing.persistence import Mapper

from domain.errors import Unavailable
from domain.event_log import DomainEvent, RecordedEvent, UndecodableEvent
from persistence.log.append_queue import AppendQueue
from persistence.log.epoch_check import EpochCheck
from persistence.log.logged_event import LoggedEvent
from persistence.log.recent_events import RecentEvents
from persistence.log.seen_events import SeenEvents
from persistence.log.stored_events import StoredEvents


class PostgresEventLog:
    """The log of one database. Every method raises Unavailable, and every read UndecodableEvent."""

    def __init__(
        self,
        queue: AppendQueue,
        stored: StoredEvents,
        mapper: Mapper[UUID],
        epochs: EpochCheck | None = None,
    ) -> None:
        self._queue = queue
        self._epochs = epochs or EpochCheck()
        self._stored = stored
        self._mapper = mapper
        self._recent = RecentEvents()
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """The locks of those who are reading, by the position after which they read."""

    @property
    def epoch(self) -> UUID | None:
        return self._epochs.epoch

    def forget(self) -> None:
        """Drop what is kept of the log: it is in another epoch from here on."""
        self._recent = RecentEvents()

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        def committed(first: int) -> None:
            for position, event in enumerate(stored, first):
                seen.add(position, event)
            if not seen.is_contradicted:
                recent.keep(
                    RecordedEvent(position, workspace_id, event)
                    for position, event in enumerate(events, first)
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
        return [self._recorded(found) for found in stored]

    async def read_latest(self, stream_id: UUID, *, upto: int | None = None) -> list[RecordedEvent]:
        stored = await self._stored.select_latest(stream_id, upto=upto)
        return [self._recorded(found) for found in stored]

    async def read_all(self, *, after: int, limit: int) -> list[RecordedEvent]:
        """At most `limit` events at positions beyond `after`, in order.

        A page ends before an event that cannot be decoded; the next then raises UndecodableEvent.
        """
        # The followers of a node read the same pages at the same time: one asks Postgres for all.
        async with self._reading.setdefault(after, asyncio.Lock()):
            recent, seen = self._recent, self._epochs.seen
            if known := recent.after(after, limit):
                return known
            page = self._page(await self._next(seen, after=after, limit=limit))
            recent.keep(page)
            return page

    async def _next(self, seen: SeenEvents, *, after: int, limit: int) -> Sequence[LoggedEvent]:
        """The next events as they are stored. Raises Unavailable where they do not follow on what
        was seen before: the log is then in another epoch, which the next check of a connection
        finds."""
        if after not in seen:
            found = await self._stored.select_page(after=after, limit=limit)
        else:
            found = await self._stored.select_page(after=after - 1, limit=limit + 1)
            if found and found[0].id == after:
                seen.add(after, found.pop(0))
            else:
                seen.is_contradicted = True
        if seen.is_contradicted or seen is not self._epochs.seen:
            raise Unavailable("the log is not the one that was followed")
        for event in found:
            seen.add(event.id, event)
        return found

    async def head(self) -> int:
        """The position of the latest event; 0 for an empty log. Raises Unavailable."""
        return await self._stored.head()

    async def read_range(
        self, *, after: int, upto: int, limit: int, ignoring: Collection[str]
    ) -> list[RecordedEvent]:
        """At most `limit` events at positions in (after, upto], in order, without those of the
        topics `ignoring`. A page ends before an event that cannot be decoded; the next then
        raises."""
        return self._page(
            await self._stored.select_page(after=after, limit=limit, upto=upto, ignoring=ignoring)
        )

    async def read_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> list[RecordedEvent]:
        """A workspace's events at positions in (after, upto], in order."""
        found = await self._stored.select_workspace(workspace_id, after=after, upto=upto)
        return [self._recorded(each) for each in found]

    async def read_newer(
        self, versions: Mapping[UUID, int], *, upto: int | None = None, limit: int | None = None
    ) -> list[RecordedEvent]:
        """At most `limit` events of each stream after the version that `versions` has for it, at
        positions up to `upto`."""
        found = await self._stored.select_newer(versions, upto=upto, limit=limit)
        return [self._recorded(each) for each in found]

    def _page(self, stored: Sequence[LoggedEvent]) -> list[RecordedEvent]:
        page: list[RecordedEvent] = []
        for found in stored:
            try:
                page.append(self._recorded(found))
            except UndecodableEvent:
                if not page:
                    raise
                break
        return page

    def _recorded(self, found: LoggedEvent) -> RecordedEvent:
        event = cast(DomainEvent, self._mapper.to_domain_event(found))
        return RecordedEvent(found.id, found.workspace_id, event)
