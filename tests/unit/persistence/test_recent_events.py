"""What a node remembers of the log: runs without a gap, and never more than it may keep."""

import random

import pytest

from domain.event_log import RecordedEvent
from persistence.log.recent_events import RecentEvents
from tests.support.events import channel_created


def events(*positions: int) -> list[RecordedEvent]:
    return [
        RecordedEvent(position, "demo", channel_created(f"{position}")) for position in positions
    ]


def places(found: list[RecordedEvent]) -> list[int]:
    return [recorded.position for recorded in found]


def test_what_follows_is_answered_in_order_up_to_the_limit() -> None:
    recent = RecentEvents[RecordedEvent]()
    recent.keep(events(3, 1, 2))
    assert places(recent.after(0, 10)) == [1, 2, 3]
    assert places(recent.after(1, 1)) == [2]
    assert recent.after(3, 10) == []


@pytest.mark.parametrize(("position", "expected"), [(0, [1]), (1, []), (2, [3, 4]), (4, [])])
def test_nothing_beyond_a_gap_is_answered(position: int, expected: list[int]) -> None:
    recent = RecentEvents[RecordedEvent]()
    recent.keep(events(1, 3, 4))
    assert places(recent.after(position, 10)) == expected


def test_the_memory_is_bounded_and_what_was_kept_first_goes_first() -> None:
    recent = RecentEvents[RecordedEvent](size=3)
    for recorded in events(1, 2, 3, 4, 5):
        recent.keep([recorded])
    assert recent.after(1, 10) == []
    assert places(recent.after(2, 10)) == [3, 4, 5]
    recent.keep(events(*range(6, 100)))
    assert places(recent.after(96, 10)) == [97, 98, 99]
    assert recent.after(95, 10) == []


def test_a_reader_who_asks_the_log_for_the_rest_gets_every_event_once() -> None:
    random_ = random.Random(1)
    log = events(*range(1, 200))
    recent = RecentEvents[RecordedEvent](size=20)
    recent.keep(random_.sample(log, 60))
    read: list[RecordedEvent] = []
    while len(read) < len(log):
        page = recent.after(len(read), 7) or log[len(read) : len(read) + 3]
        recent.keep(page)
        read += page
    assert read == log
