"""A subscription that gathers: where much comes, it reads less often and finds more at a time."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from persistence.log import subscription as module
from persistence.log.subscription import FEW, Subscription
from persistence.log.wakeup import LOG_CHANNEL, Wakeup
from tests.support.clients import PATIENCE

MUCH = 200


@dataclass(frozen=True)
class Entry:
    position: int


class Growing:
    """A log that has some entries, and gets one more in each turn of the event loop."""

    def __init__(self, entries: int) -> None:
        nowhere: Any = None  # nothing is listened to
        self.wakeup = Wakeup(nowhere)
        self._entries = entries

    async def read(self, *, after: int, limit: int) -> Sequence[Entry]:
        return [Entry(position + 1) for position in range(after, min(after + limit, self._entries))]

    async def grow(self) -> None:
        while self._entries < MUCH:
            await asyncio.sleep(0)
            self._entries += 1
            self.wakeup.wake(LOG_CHANNEL)


async def pages_of(log: Growing, *, gathers_for: float) -> list[int]:
    """The sizes of the pages up to the log's end."""
    subscription = Subscription(log.read, log.wakeup, after=0, gathers_for=gathers_for)
    growing = asyncio.create_task(log.grow())
    sizes = []
    async with asyncio.timeout(PATIENCE):
        async with aclosing(subscription.pages()) as pages:  # type: ignore[type-var]
            async for page in pages:
                sizes.append(len(page))
                if subscription.position == MUCH:
                    break
        await growing
    return sizes


async def test_where_much_comes_at_once_what_follows_is_read_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PER_ENTRY", 3_600.0)
    sizes = await pages_of(Growing(FEW + 1), gathers_for=1.0)
    assert sizes == [FEW + 1, MUCH - FEW - 1]


async def test_a_page_puts_off_the_next_by_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that holds little would wait for an hour, if it waited for all there is time for."""
    monkeypatch.setattr(module, "PER_ENTRY", 0.0)
    sizes = await pages_of(Growing(FEW + 1), gathers_for=3_600.0)
    assert max(sizes) == FEW + 1


@pytest.mark.parametrize("gathers_for", [0.0, 3_600.0])
async def test_where_little_comes_at_a_time_each_is_read_as_it_comes(gathers_for: float) -> None:
    sizes = await pages_of(Growing(1), gathers_for=gathers_for)
    assert max(sizes) <= FEW
