"""The feed: stretches of the log as their reader may have them, for `GET /log` and its streams.

A user is told what a socket of theirs would be told that resumes from the same position: what
happened while they could see the channel, as far as they can see it now, and the end of what they
could see. What is asked as of now, the primary answers; the stretch itself may come of a replica.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from domain.channel import Channel
from domain.channel_repository import fold_newer
from domain.errors import Unavailable
from domain.event_log import UndecodableEvent
from domain.visibility import SEEN_BY_NOBODY, may_see
from persistence.log.lazy_event import LazyEvent
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stretch_reading import StretchReading
from projections.feed.encoded import EncodedChange, EncodedChanges, EncodedEvent
from projections.feed.reader import FeedReader

ROWS = 500
"""Events that are read from the log at once."""

MOST_LOOKED = 2_000
"""Events that are looked through for one page."""

LEAST_LOOKED = 50
"""As so many counts a stretch, however little was in it."""

MOST_BYTES = 1_048_576
"""Of the events of a page, after which it ends: a thousand of the usual size fit."""

TURN_EVENTS = 10
"""Then other tasks get on."""


@dataclass(slots=True)
class Stretch:
    """What was found: all that the reader may have up to `position`, and the head that the log had,
    as far as it is known."""

    after: int
    position: int
    head: int = 0
    events: list[EncodedEvent] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What is in a stretch, before it is asked who may see it now."""

    limit: int
    most_bytes: int
    events: list[tuple[EncodedEvent, UUID]] = field(default_factory=list)
    channels: dict[UUID, Channel] = field(default_factory=dict)
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.events) >= self.limit or self.size >= self.most_bytes


class IsUnchanged(Protocol):
    """Answers whether it is known that no channel of a workspace has changed between two
    positions; whoever does not know is asked in vain, and the log is read."""

    def __call__(self, workspace_id: str, *, after: int, upto: int) -> bool: ...


class Feed:
    """Reads the feed of one log."""

    def __init__(
        self,
        log: PostgresEventLog,
        stretches: StretchReading,
        encoded: EncodedChanges,
        is_unchanged: IsUnchanged,
        known_head: Callable[[], int],
    ) -> None:
        """`known_head` answers how far the log is known to go, which a replica may not have."""
        self._log = log
        self._stretches = stretches
        self._encoded = encoded
        self._is_unchanged = is_unchanged
        self._known_head = known_head
        self._epoch = 0

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._epoch += 1
        self._encoded.forget()

    def is_at_hand(self, after: int) -> bool:
        """Whether what comes beyond a position was read here lately, and is kept: `end` then has
        it without asking the database."""
        return self._log.has_read(after + 1)

    async def page(
        self, reader: FeedReader, *, after: int, limit: int, most_bytes: int = MOST_BYTES
    ) -> Stretch:
        """At most `limit` events beyond a position, none more once they are `most_bytes`. It ends
        before an event that cannot be decoded; the next then raises UndecodableEvent. Raises
        Unavailable."""
        epoch, found = self._epoch, _Found(limit, most_bytes)
        page = Stretch(after, after)
        looked = 0
        while looked < MOST_LOOKED:
            read = await self._stretches.read(reader.workspace_ids, after=page.position, limit=ROWS)
            page.head = read.head
            if read.head <= page.position:
                break
            rows = [self._log.lazy(each) for each in read.events]
            if not await self._look_through(reader, rows, found, page, upto=read.upto):
                break
            looked += max(len(rows), LEAST_LOOKED)
        head = max(page.head, self._known_head())
        return await self._finished(reader, found, page, epoch, upto=head)

    async def end(
        self, reader: FeedReader, *, after: int, limit: int, most_bytes: int = MOST_BYTES
    ) -> Stretch:
        """The same at the end of the log, where all who follow it share one read; what the reader
        may see is as of the delivery, as on the sockets."""
        epoch, found = self._epoch, _Found(limit, most_bytes)
        page = Stretch(after, after)
        rows = await self._log.read_lazily(after=after, limit=ROWS)
        if rows:
            upto = rows[-1].position
            await self._look_through(reader, rows, found, page, upto=upto)
        return await self._finished(reader, found, page, epoch, upto=page.position)

    async def _look_through(
        self,
        reader: FeedReader,
        rows: Sequence[LazyEvent],
        found: _Found,
        page: Stretch,
        *,
        upto: int,
    ) -> bool:
        """Take in what the reader is told of events that are all up to a position; answers whether
        there is room for more."""
        for number, logged in enumerate(rows, 1):
            if reader.wants(logged.workspace_id) and logged.topic not in SEEN_BY_NOBODY:
                try:
                    encoded = await self._encoded.of(logged)
                except UndecodableEvent:
                    if page.position == page.after:
                        raise
                    return False
                if encoded is not None:
                    _take(found, reader, encoded)
            page.position = logged.position
            if found.is_full:
                return False
            if number % TURN_EVENTS == 0:
                await asyncio.sleep(0)
        page.position = max(page.position, upto)
        return True

    async def _finished(
        self, reader: FeedReader, found: _Found, page: Stretch, epoch: int, *, upto: int
    ) -> Stretch:
        """The page with what the reader may see now."""
        if reader.reads_all:
            page.events = [event for event, _ in found.events]
        else:
            channels = await self._channels_now(found.channels, page.position, upto)
            page.events = [
                event
                for event, channel_id in found.events
                if event.is_end or may_see(reader.user_id, channels[channel_id])
            ]
        if self._epoch != epoch:
            raise Unavailable("the log is in another epoch from here on; try again")
        return page

    async def _channels_now(
        self, channels: dict[UUID, Channel], after: int, upto: int
    ) -> dict[UUID, Channel]:
        """Channels as of the position `after`, as they are at `upto` at least."""
        versions = {
            id: channel.version
            for id, channel in channels.items()
            if not self._is_unchanged(channel.workspace_id, after=after, upto=upto)
        }
        now = dict(channels)
        fold_newer(now, await self._log.read_newer(versions) if versions else ())
        return now


def _take(found: _Found, reader: FeedReader, encoded: EncodedChange) -> None:
    after = encoded.change.after
    if not reader.reads_all:
        found.channels[after.id] = after
    if (event := encoded.to(reader)) is not None:
        found.events.append((event, after.id))
        found.size += len(event.json)
