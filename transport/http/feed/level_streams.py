"""The telling of the streams that are level with the log: what the node has delivered is encoded
once, and written to all of them in one pass, while their own tasks sleep.

A stream is let go, to go on by itself from its position, where its connection does not take a write
at once, where its access may be less or is over, and where the log cannot be followed: it knows
what to do then, and whom to tell.
"""

import asyncio
import time
from functools import cache
from typing import Protocol

from domain.errors import DomainError, Unavailable
from persistence.log.epochs import Lineage
from persistence.log.wakeup import LOG_CHANNEL, wait_at_most
from projections.feed.encoded import EncodedEvent
from projections.feed.newest import Newest, NewestChanges
from transport.delivery.live_delivery import Delivery
from transport.http.feed.counting import FeedCounting
from transport.http.feed.level_stream import LevelGroup, LevelIndex, LevelStream
from transport.http.feed.messages import chunk, messages

PATIENCE = 1.0
"""Seconds in which the node must have delivered something of what was appended; and after which it
is looked for what was delivered, where nobody has told of it."""


class Ahead(Protocol):
    """The wake-up of the node."""

    @property
    def head(self) -> int: ...
    @property
    def is_alive(self) -> bool: ...
    def next(self, channel: str) -> asyncio.Event: ...


class LevelStreams:
    """Tells the level streams of a node, while a task executes `run`."""

    def __init__(
        self, newest: NewestChanges, delivery: Delivery, ahead: Ahead, counting: FeedCounting
    ) -> None:
        self._newest = newest
        self._delivery = delivery
        self._ahead = ahead
        self._counting = counting
        self.index = LevelIndex()
        self._position = 0
        """Up to here all were told; some were told more before they became level."""
        self._lineage: Lineage | None = None
        self._is_needed = asyncio.Event()

    async def tell(self, stream: LevelStream, seconds: float) -> None:
        """Tell a stream what is delivered, for so long, or until it is let go. It has been told all
        that the node has delivered so far."""
        if self._lineage is not self._delivery.lineage:
            self.let_all_go()
            self._lineage = self._delivery.lineage
        if not self.index:
            self._position = stream.position
            self._is_needed.set()
        self.index.add(stream)
        try:
            await wait_at_most(stream.is_let_go, seconds)
        finally:
            self._let_go(stream)

    def let_all_go(self) -> None:
        for stream in self.index:
            self._let_go(stream)

    def revisit(self, user_id: str) -> None:
        """Let those of a user go, of whose access something was taken back."""
        for stream in self.index:
            if stream.reader.user_id == user_id:
                self._let_go(stream)

    async def run(self) -> None:
        """Tell them what comes, for ever."""
        while True:
            await self._is_needed.wait()
            appended = self._ahead.next(LOG_CHANNEL)
            try:
                if await self._tell_next():
                    await asyncio.sleep(0)  # what was written is sent before more is
                else:
                    await wait_at_most(appended, PATIENCE)
            except (DomainError, TimeoutError):
                self.let_all_go()  # each finds out for itself, and tells its reader

    def _let_go(self, stream: LevelStream) -> None:
        if stream.is_let_go.is_set():
            return
        stream.is_let_go.set()
        stream.position = max(stream.position, self._position)
        self.index.remove(stream)
        if not self.index:
            self._is_needed.clear()

    async def _tell_next(self) -> bool:
        """Tell the next of what was delivered; whether there was any. Raises TimeoutError, and what
        keeps the log from being read."""
        lineage, delivery = self._lineage, self._delivery
        self._check_epoch(lineage)
        if max(self._ahead.head, delivery.position) <= self._position:
            return False
        if delivery.position <= self._position:
            async with asyncio.timeout(PATIENCE):
                await delivery.reached(self._position + 1)
        newest = await self._newest.read(
            self.index.is_read, after=self._position, upto=delivery.position
        )
        self._check_epoch(lineage)
        self._tell(newest)
        return newest.position > newest.after

    def _check_epoch(self, lineage: Lineage | None) -> None:
        is_same = lineage is self._lineage and lineage is self._delivery.lineage
        if not is_same or not self._delivery.is_followed:
            raise Unavailable("the log is in another epoch from here on")

    def _tell(self, newest: Newest) -> None:
        """Write to each stream what it is told, in one piece. Nothing is awaited meanwhile."""
        told: dict[LevelGroup, list[EncodedEvent]] = {}
        for change in newest.changes:
            for group in self.index.of(change.workspace_id):
                if (event := change.to(group.reader)) is not None:
                    told.setdefault(group, []).append(event)
        framed = cache(self._framed)  # once for all who are told the same
        now, count, size = time.time(), 0, 0
        for group, events in told.items():
            for stream in group:
                its = events
                if stream.position > newest.after:
                    its = [each for each in events if each.position > stream.position]
                if now >= stream.expires_at or not stream.connection.takes_at_once:
                    self._let_go(stream)
                elif its:
                    said, written = framed(*its)
                    stream.connection.write(written)
                    count, size = count + len(its), size + said
        self._position = max(self._position, newest.position)
        if count:
            self._counting.said(count, size)

    def _framed(self, *events: EncodedEvent) -> tuple[int, bytes]:
        """How many bytes are said of events, and what is written for it."""
        assert self._lineage is not None
        text = messages(events, self._lineage.log_id)
        return len(text), chunk(text)
