"""The pages that the relay publishes: read ahead of what is published, while a task reads them."""

import asyncio
from collections.abc import Sequence

from persistence.log.fenced_reading import FencedReading
from persistence.log.logged_event import LoggedEvent
from persistence.log.subscription import Subscription
from persistence.log.wakeup import Wakeup

PAGE_SIZE = 500

AHEAD = 2
"""Pages."""


class RelayPages:
    """Pages of the log with an id, beyond a position."""

    def __init__(self, reading: FencedReading, wakeup: Wakeup, log_id: str, *, after: int) -> None:
        async def read(*, after: int, limit: int) -> Sequence[LoggedEvent]:
            # At the end of the log a copy may not have what the wake-up has told of.
            upto = min(after + limit, wakeup.head)
            return await reading.read(log_id, after=after, limit=limit, upto=upto)

        self._subscription = Subscription(read, wakeup, after=after, page_size=PAGE_SIZE)
        self._pages: asyncio.Queue[Sequence[LoggedEvent]] = asyncio.Queue(AHEAD)

    async def read(self) -> None:
        """Read for ever. Raises OtherLog, HoleInLog."""
        async for page in self._subscription.pages():
            await self._pages.put(page)

    async def next(self) -> Sequence[LoggedEvent]:
        return await self._pages.get()

    @property
    def are_read(self) -> bool:
        """Whether none is there at the moment."""
        return self._pages.empty()
