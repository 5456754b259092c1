"""Delivery: how much a socket is sent before what was sent can be written out."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from domain.actor import Actor, Role
from domain.channel_repository import ChannelRepository
from domain.event_log import RecordedEvent
from projections.emissions.change_reader import ChangeReader
from scripts.service.settings import MIN_SEND_BUFFER
from tests.support.background import running
from tests.support.events import channel_created
from tests.support.memory_log import LINEAGE, MemoryLog
from transport.delivery.live_delivery import Delivery
from transport.delivery.sessions import Sessions
from transport.socketio.packets import Burst, Message

LONG = "🙂" * 2_000
"""The longest description there may be."""


class Backlog:
    """A follower that finds all of a log at once, in pages of so many, and then nothing more."""

    def __init__(self, events: Sequence[RecordedEvent], page_size: int) -> None:
        self._events = events
        self._page_size = page_size

    async def pages(self) -> AsyncIterator[Sequence[RecordedEvent]]:
        for begin in range(0, len(self._events), self._page_size):
            yield self._events[begin : begin + self._page_size]
        await asyncio.Event().wait()


@pytest.mark.parametrize("page_size", [1, 7, 500])
@pytest.mark.parametrize("description", [None, LONG])
async def test_a_burst_of_any_size_comes_in_parts_that_the_smallest_buffer_holds(
    page_size: int, description: str | None
) -> None:
    log, sessions, sent = MemoryLog(), Sessions(hold_limit=0), list[int]()
    for number in range(1_000):
        await log.append([channel_created(f"{number}", description=description)], "demo")
    session = sessions.open("a")
    session.authenticate(Actor("bob", {"demo": Role.USER}), 0)
    session.go_live()

    def send(_: str, piece: Message | Burst) -> None:
        sent.extend(message.size for message in piece.messages)

    delivery = Delivery(ChangeReader(ChannelRepository(log)), sessions, send)
    delivery.begin(LINEAGE, 0)
    parts: list[list[int]] = []
    async with running(delivery.run(Backlog(log.events, page_size))):
        while delivery.position < len(log.events):
            await asyncio.sleep(0)
            parts.append(sent.copy())
            sent.clear()
    assert sum(map(len, parts)) == len(log.events)
    assert max(map(sum, parts)) < MIN_SEND_BUFFER / 2
