"""A subscription: reads the log from a position to the head, then follows it. Delivery, the runners
of the projections and `kanal tail --follow` pull their events from one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Generic, Protocol, TypeVar

from domain.errors import Unavailable
from persistence.database.availability import retrying_while_away
from persistence.log.concern import Passed
from persistence.log.wakeup import LOG_CHANNEL, Wakeup, wait_at_most

logger = logging.getLogger(__name__)

POLL_INTERVAL = 1.0
"""Seconds after which a subscription reads without a wake-up, where none can be relied on."""


FEW = 2
"""Entries of a page, at most, that tell of no hurry: one command appends as many."""

PER_ENTRY = 1 / 1_500
"""Seconds by which each entry of a page puts off the next page: where fewer than 1,500 come in a
second, a page is little later than it would be, and where more do, each is larger than the last."""


class HoleInLog(Exception):
    """The log skips or repeats a position: something else than the append function wrote to it."""


async def wait_for_more(wakeup: Wakeup, appended: asyncio.Event) -> None:
    """Wait for a wake-up, or where none can be relied on, for POLL_INTERVAL."""
    while not appended.is_set():
        await wait_at_most(appended, POLL_INTERVAL)
        if not wakeup.is_alive:
            return


class Positioned(Protocol):
    """An entry of the log, of whatever form."""

    @property
    def position(self) -> int: ...


T = TypeVar("T", bound=Positioned)
T_co = TypeVar("T_co", bound=Positioned, covariant=True)


class ReadPage(Protocol[T_co]):
    """Reads at most `limit` entries of the log beyond `after`, in order. Raises Unavailable."""

    async def __call__(self, *, after: int, limit: int) -> Sequence[T_co]: ...


class Subscription(Generic[T]):
    """Every entry after a position, in order and once, for ever. `position` is that of the last;
    whoever could not take the last page sets it back, and gets it anew."""

    def __init__(
        self,
        read_page: ReadPage[T],
        wakeup: Wakeup,
        *,
        after: int,
        page_size: int = 500,
        channel: str = LOG_CHANNEL,
        gathers_for: float = 0.0,
    ) -> None:
        """`channel` is that of the wake-ups by which it reads. Where more than a FEW entries come
        at once, it begins to read less often, and each `gathers_for` seconds where they come fast:
        pages become larger, and whatever is done for each of them is done less often."""
        self._read_page = read_page
        self._wakeup = wakeup
        self._page_size = page_size
        self._channel = channel
        self._gathers_for = gathers_for
        self.position = after

    async def pages(self) -> AsyncIterator[Sequence[T]]:
        """Pages of 1 to `page_size` entries. Waits while the database is away.

        Raises HoleInLog, UndecodableEvent.
        """
        while True:
            appended, began = self._wakeup.next(self._channel), monotonic()
            page = await self._read()
            if page:
                self._advance(page)
                yield page
            # A page that is not full ends at the head, unless a wake-up has told of a later one.
            is_short = len(page) < self._page_size
            if not page or (is_short and self.position >= self._wakeup.head):
                await wait_for_more(self._wakeup, appended)
            if is_short and len(page) > FEW:
                rest = began + min(self._gathers_for, len(page) * PER_ENTRY) - monotonic()
                if rest > 0:
                    await asyncio.sleep(rest)

    def _advance(self, page: Sequence[T]) -> None:
        for recorded in page:
            place = self.position + 1
            first = recorded.first if isinstance(recorded, Passed) else recorded.position
            if first != place:
                raise HoleInLog(f"expected position {place}, found {first}")
            self.position = recorded.position

    async def _read(self) -> Sequence[T]:
        with suppress(Unavailable):  # to set up retries would cost more than to read a page
            return await self._read_page(after=self.position, limit=self._page_size)
        async for attempt in retrying_while_away():
            with attempt:
                page = await self._read_page(after=self.position, limit=self._page_size)
        logger.info("the log is back; following it after position %d", self.position)
        return page
