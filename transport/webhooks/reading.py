"""What a courier reads: the log for one webhook, as far as its window has room."""

import asyncio
import logging
import time

from domain.errors import Unavailable
from domain.event_log import UndecodableEvent
from persistence.log.subscription import wait_for_more
from persistence.log.wakeup import LOG_CHANNEL, Wakeup
from persistence.webhooks.webhook import Webhook
from projections.feed.feed import ROWS, Feed, Stretch
from projections.feed.reader import FeedReader
from transport.webhooks.window import MOST_BYTES, Window

logger = logging.getLogger(__name__)

LOOKS_APART = 0.1
"""Seconds between two looks at the log's end: it may grow many times faster."""

UNREADABLE_FOR = 30.0
"""Seconds until an event that could not be decoded is tried again."""

READ_AGAIN = 0.5
"""Seconds until the log is read again while it is away."""


class Reading:
    """Puts what the log has for a webhook into its window, while a task executes `run`."""

    def __init__(
        self,
        webhook: Webhook,
        window: Window,
        feed: Feed,
        wakeup: Wakeup,
        reads: asyncio.Semaphore,
        *,
        changed: asyncio.Event,
    ) -> None:
        """`reads` is held for a page of one that is far behind; `changed` is set where the window
        has something new."""
        self._id = webhook.id
        self._window = window
        self._feed = feed
        self._wakeup = wakeup
        self._reads = reads
        self._changed = changed
        self._has_room = asyncio.Event()
        self._reader = FeedReader(
            user_id="",
            reads_all=True,
            workspace_ids=None if webhook.workspaces is None else frozenset(webhook.workspaces),
            types=None if webhook.types is None else frozenset(webhook.types),
        )
        self.trouble: str | None = None
        """Why it reads no further, where that is an event that cannot be decoded."""

    def goes_on(self) -> None:
        """The window has room again."""
        self._has_room.set()

    async def run(self) -> None:
        """Read for ever."""
        while True:
            self._has_room.clear()
            if not (room := self._window.room):
                await self._has_room.wait()
                continue
            appended, looked_at = self._wakeup.next(LOG_CHANNEL), time.monotonic()
            page = await self._page(min(room, ROWS))
            if page is None:
                continue
            if is_new := page.position > self._window.looked:
                self._window.add(page.events, looked=page.position)
                self._changed.set()
            head = self._wakeup.head
            if page.position >= head and (head or not is_new):
                await wait_for_more(self._wakeup, appended)
            elif is_new:
                continue
            # It goes on so, or a replica has not come so far.
            await asyncio.sleep(looked_at + LOOKS_APART - time.monotonic())

    async def _page(self, limit: int) -> Stretch | None:
        """What comes next in the log; None where that cannot be read, after a while."""
        feed, after = self._feed, self._window.looked
        try:
            if self._wakeup.head - after <= ROWS or feed.is_at_hand(after):
                page = await feed.end(self._reader, after=after, limit=limit, most_bytes=MOST_BYTES)
            else:
                async with self._reads:
                    page = await feed.page(
                        self._reader, after=after, limit=limit, most_bytes=MOST_BYTES
                    )
        except Unavailable:
            await asyncio.sleep(READ_AGAIN)
            return None
        except UndecodableEvent as error:
            logger.error("webhook %s: nothing more is sent: %s", self._id, error)
            self.trouble = error.message
            await asyncio.sleep(UNREADABLE_FOR)
            return None
        self.trouble = None
        return page
