"""Delivery: how much a socket is sent before what was sent can be written out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace

import pytest

from domain.access import ACCESS_TOPICS
from domain.actor import Actor, Role
from domain.channel_name import NAME_TOPICS
from domain.channel_repository import ChannelRepository
from domain.event_log import DomainEvent, RecordedEvent, UndecodableEvent
from persistence.log.concern import Passed
from projections.emissions.change_reader import ChangeReader
from scripts.service.settings import MIN_SEND_BUFFER
from tests.support.background import running
from tests.support.events import channel_created
from tests.support.memory_log import LINEAGE, MemoryLog
from transport.delivery import live_delivery
from transport.delivery.live_delivery import Delivery, Logged
from transport.delivery.sessions import Sessions
from transport.socketio.packets import Burst, Message

LONG = "🙂" * 2_000
"""The longest description there may be."""


class Backlog:
    """A follower that finds all of a log at once, in pages of so many, and then nothing more."""

    position = 0

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


@pytest.mark.parametrize("ahead", [False, True], ids=["clocks agree", "a clock is ahead"])
async def test_a_write_tells_how_old_the_oldest_event_in_it_is(
    monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    log, sessions, heard = MemoryLog(), Sessions(hold_limit=0), list[float]()
    for number in range(3):
        await log.append([channel_created(f"{number}")], "demo")
    oldest = log.events[0].event.timestamp.timestamp()
    clock = SimpleNamespace(time=lambda: oldest + (-7.0 if ahead else 5.0))
    monkeypatch.setattr(live_delivery, "time", clock)
    session = sessions.open("a")
    session.authenticate(Actor("bob", {"demo": Role.USER}), 0)
    session.go_live()
    changes = ChangeReader(ChannelRepository(log))
    delivery = Delivery(changes, sessions, lambda *_: None, heard=heard.append)
    delivery.begin(LINEAGE, 0)
    async with running(delivery.run(Backlog(log.events, 500))):
        await delivery.reached(3)
    assert heard == [0.0 if ahead else pytest.approx(5.0)]


class OnePage:
    """A follower that has found one thing, and then nothing more."""

    def __init__(self, found: Logged | Passed) -> None:
        self.position = found.position
        self._found = found

    async def pages(self) -> AsyncIterator[Sequence[Logged | Passed]]:
        yield [self._found]


@pytest.mark.parametrize("comes_late", [False, True])
async def test_what_is_passed_over_is_read_anew_where_somebody_has_come_since(
    comes_late: bool,
) -> None:
    sessions = Sessions(hold_limit=0)
    delivery = Delivery(ChangeReader(ChannelRepository(MemoryLog())), sessions, lambda *_: None)
    delivery.begin(LINEAGE, 3)
    follower = OnePage(Passed(4, 9, {"demo": 7}, sessions.listeners.joined))
    if comes_late:
        session = sessions.open("a")
        session.authenticate(Actor("bob", {"demo": Role.USER}), 3)
        session.go_live()
    await delivery.run(follower)
    expected = (3, 3) if comes_late else (9, 7)
    assert (delivery.position, delivery.changed_at("demo")) == expected
    assert follower.position == delivery.position


async def test_a_workspace_of_which_it_is_not_kept_when_it_changed_has_not_changed_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who may see what is asked once more then, and no workspace is kept for ever."""
    monkeypatch.setattr(live_delivery, "MOST_CHANGED", 2)
    sessions = Sessions(hold_limit=0)
    delivery = Delivery(ChangeReader(ChannelRepository(MemoryLog())), sessions, lambda *_: None)
    delivery.begin(LINEAGE, 3)
    for position, changed in ((4, "a"), (5, "b"), (6, "a"), (7, "c")):
        passed = Passed(position, position, {changed: position}, sessions.listeners.joined)
        await delivery.run(OnePage(passed))
    assert {id: delivery.changed_at(id) for id in "abcd"} == {"a": 6, "b": 5, "c": 7, "d": 5}


class Undecodable:
    """An event that nobody can decode."""

    position = 4
    workspace_id = "demo"

    def __init__(self, topic: str) -> None:
        self.topic = topic

    @property
    def event(self) -> DomainEvent:
        raise UndecodableEvent(self.position, self.topic, "")


@pytest.mark.parametrize("topic", sorted(NAME_TOPICS | ACCESS_TOPICS))
async def test_an_event_of_which_no_socket_hears_is_not_decoded(topic: str) -> None:
    sessions = Sessions(hold_limit=0)
    delivery = Delivery(ChangeReader(ChannelRepository(MemoryLog())), sessions, lambda *_: None)
    delivery.begin(LINEAGE, 3)
    session = sessions.open("a")
    session.authenticate(Actor("bob", {"demo": Role.USER}), 3)
    session.go_live()
    await delivery.run(OnePage(Undecodable(topic)))
    assert delivery.position == 4
