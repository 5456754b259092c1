"""One stream of the feed: what comes beyond its reader's place, page by page, for as long as the
reader may have it.

It asks for the next page once the one before is written, so a reader that is slow falls behind and
costs no memory; one that reads nothing at all is let go. A page is told only once the node has
followed the log as far: by then it knows whose access the log takes back. At the end of the log it
is level with the node, which tells it what comes together with all others (`level_streams.py`).
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from domain.actor import Actor
from domain.errors import DomainError, Unavailable
from persistence.log.wakeup import LOG_CHANNEL, wait_at_most
from projections.feed.feed import ROWS, Feed, Stretch
from projections.feed.reader import FeedReader, reader_for
from transport.auth.tokens import Access
from transport.delivery.live_delivery import Delivery
from transport.errors import Refused, Unauthenticated
from transport.http.feed.connection import StreamConnection
from transport.http.feed.counting import FeedCounting, StreamEnding
from transport.http.feed.level_stream import LevelStream
from transport.http.feed.level_streams import Ahead, LevelStreams
from transport.http.feed.messages import comment, end, messages
from transport.http.feed.place import LogPlaces
from transport.limits.turns import Turns
from transport.schemas.places import Place

COMMENT_INTERVAL = 15.0
"""Seconds after which a stream says up to where it is, unless it has told a page meanwhile. Sanic
ends a response that has sent nothing through it for RESPONSE_TIMEOUT, whatever was written."""

PAGE = 500
"""Events of a page."""

PAGE_BYTES = 262_144
"""Of them, after which it ends: so much waits for a reader that is slow."""

RETRY = 0.5
"""Seconds after which a page that could not be read is asked for again."""

POLL_INTERVAL = 1.0
"""Seconds after which it looks without a wake-up, where none can be relied on."""


@dataclass(frozen=True, slots=True)
class StreamParts:
    """What all streams of a node are made of."""

    feed: Feed
    places: LogPlaces
    delivery: Delivery
    level: LevelStreams
    ahead: Ahead
    turns: Turns
    admit: Callable[[Actor], Actor]
    """What is left to an actor of what was granted; raises where that is nothing."""
    counting: FeedCounting


@dataclass(slots=True)
class FeedStream:
    """A stream that begins with a page that was read from `place`."""

    parts: StreamParts
    access: Access
    workspace_id: str | None
    type: str | None
    place: Place
    is_closing: Callable[[], bool]
    reader: FeedReader = field(init=False)
    _connection: StreamConnection = field(init=False)
    _spoken_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Raises Forbidden, AccessRevoked, Invalid."""
        self.reader = reader_for(self.access.actor, self.workspace_id, self.type)

    async def run(self, connection: StreamConnection, page: Stretch, log_id: str) -> StreamEnding:
        """Send until it ends, which its reader is told of. Raises what the connection raises."""
        self._connection = connection
        self.place = Place(self.place.position, log_id)
        await self._say_place()
        first: Stretch | None = page
        try:
            while not self.is_closing():
                appended = self.parts.ahead.next(LOG_CHANNEL)
                if not await self._go_on(first):
                    await self._wait(appended)
                if time.monotonic() >= self._spoken_at + COMMENT_INTERVAL:
                    await self._say_place()
                first = None
        except (DomainError, Refused) as error:
            await connection.send(end(error))
            return StreamEnding.of(error)
        await connection.send(end(Unavailable("this node stops; go on at another one")))
        return StreamEnding.NODE_STOPPED

    async def _go_on(self, page: Stretch | None) -> bool:
        """Tell a page, the next one where it is None, and stay level for as long as it is so;
        answers whether there was anything of both."""
        log_id = await self.parts.places.check(self.place)
        if log_id != self.place.log_id:
            page, self.place = None, Place(self.place.position, log_id)
        try:
            if self._has_less() or page is None:
                page = await self._read()
            has_told = page.position > self.place.position and await self._tell(page)
            return await self._stay_level() or has_told
        except (Unavailable, TimeoutError):
            await asyncio.sleep(RETRY)
            return False

    async def _read(self) -> Stretch:
        feed, after = self.parts.feed, self.place.position
        if self._is_level():
            return Stretch(after, after)
        head = self._head()
        if head - after <= ROWS:
            await self._delivered(head)
            return await feed.end(self.reader, after=after, limit=PAGE, most_bytes=PAGE_BYTES)
        async with self.parts.turns.of(self.reader.user_id):
            return await feed.page(self.reader, after=after, limit=PAGE, most_bytes=PAGE_BYTES)

    def _head(self) -> int:
        return max(self.parts.ahead.head, self.parts.delivery.position)

    def _is_level(self) -> bool:
        """Whether the log is known to go no further, so that Postgres need not be asked."""
        return self._head() <= self.place.position and self.parts.ahead.is_alive

    async def _delivered(self, head: int) -> None:
        """Let the node deliver first, which then knows of most channels that they have not changed,
        so that nobody asks Postgres; only for a while, since it may have come to an event that it
        cannot read, which is what the stream is to say then."""
        if self.parts.delivery.position < head:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL):
                    await self.parts.delivery.reached(head)

    async def _tell(self, page: Stretch) -> bool:
        """Tell a page, unless it was read in another epoch, or for more than is left of the
        access; answers whether it was told. Raises where nothing is left."""
        delivery, log_id = self.parts.delivery, self.place.log_id
        if delivery.position < page.position:
            async with asyncio.timeout(COMMENT_INTERVAL):
                await delivery.reached(page.position)
        is_of_now = delivery.is_followed and delivery.lineage.log_id == log_id
        if self._has_less() or not is_of_now:
            return True  # it is read again at once
        if page.events:
            await self._say(messages(page.events, str(log_id)), len(page.events))
        self.place = Place(page.position, log_id)
        return True

    def _has_less(self) -> bool:
        """Whether some of the access was taken back since the reader was made; the reader is then
        another. Raises Unauthenticated, AccessRevoked, Forbidden, Unavailable."""
        if time.time() >= self.access.expires_at:
            raise Unauthenticated("token_expired", "the access token has expired")
        before = self.reader
        self.reader = reader_for(self.parts.admit(self.access.actor), self.workspace_id, self.type)
        return self.reader != before

    async def _stay_level(self) -> bool:
        """Have the node tell what comes, for as long as this one has nothing to do or say itself;
        answers whether it was level. Raises what `_has_less` does."""
        is_of_now = self.parts.delivery.lineage.log_id == self.place.log_id
        if not self._is_level() or not is_of_now or self.is_closing():
            return False
        if not self._has_less():  # and nothing is awaited from here on
            level = LevelStream(
                self.reader, self.place.position, self.access.expires_at, self._connection
            )
            await self.parts.level.tell(level, self._until_due())
            self.place = Place(level.position, self.place.log_id)
        return True

    async def _wait(self, appended: asyncio.Event) -> None:
        """Wait until there is something to look at."""
        seconds = self._until_due()
        if not self.parts.ahead.is_alive:
            seconds = min(seconds, POLL_INTERVAL)
        await wait_at_most(appended, seconds)

    def _until_due(self) -> float:
        """Seconds until it has something to say, however little happens."""
        until_comment = self._spoken_at + COMMENT_INTERVAL - time.monotonic()
        return max(min(until_comment, self.access.expires_at - time.time() + 0.001), 0)

    async def _say_place(self) -> None:
        """Say up to where the log was looked through."""
        await self._say(comment(str(self.place.log_id), self.place.position))

    async def _say(self, text: bytes, events: int = 0) -> None:
        self._spoken_at = time.monotonic()
        await self._connection.send(text)
        self.parts.counting.said(events, len(text))
