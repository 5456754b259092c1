"""When an event is sent again: one that fails holds up itself alone, and a receiver that is away is
not overrun."""

from datetime import UTC, datetime

import pytest

from transport.webhooks.attempts import AT_ONCE, AWAY_AFTER, Attempts
from transport.webhooks.message import Message
from transport.webhooks.pauses import Pauses
from transport.webhooks.window import Waiting

PAUSES = Pauses(first=10.0, longest=1_000.0)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def waiting(position: int) -> Waiting:
    return Waiting(position, f"channel {position}", Message(str(position), b"{}"))


def test_pauses_grow_to_the_longest_and_are_no_ones_alone() -> None:
    pauses = [{PAUSES.after(failures) for _ in range(50)} for failures in range(1, 40)]
    assert all(len(each) > 1 for each in pauses)
    for failures, each in enumerate(pauses):
        longest = min(10.0 * 2**failures, 1_000.0)
        assert longest / 2 <= min(each) <= max(each) <= longest


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sat, 28 Nov 2026 12:01:30 GMT", 90.0),
        ("Saturday, 28-Nov-26 12:01:30 GMT", 90.0),
        ("Sat Nov 28 12:01:30 2026", 90.0),
        ("Sat, 28 Nov 2026 11:00:00 GMT", 0.0),
        ("999999999", 1_000.0),
        ("9" * 5_000, 1_000.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1_000.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("²", 0.0),
        ("soon", 0.0),
        (None, 0.0),
    ],
)
def test_what_a_receiver_asks_for_is_heeded_within_bounds(asked: str, seconds: float) -> None:
    assert PAUSES.asked_for(asked, NOW) == seconds


def test_an_event_that_fails_alone_holds_up_no_other() -> None:
    attempts, poisoned, other = Attempts(PAUSES), waiting(1), waiting(2)
    for failures in range(1, 6):
        attempts.failed(poisoned, now=100.0, asked=0)
        assert attempts.due(poisoned) >= 100 + 10 * 2 ** (failures - 1) / 2
        assert attempts.due(other) <= 100


def test_a_receiver_that_is_away_is_asked_less_and_less_whatever_waits() -> None:
    """Each event that is new to it is tried further apart from the one before, and alone."""
    attempts, now = Attempts(PAUSES), 0.0
    for tried in range(5):
        event = waiting(tried)
        attempts.failed(event, now, asked=0)
        rest = waiting(99)
        pause = attempts.due(rest) - now
        assert tried == 0 or pause >= 10 * 2 ** (tried - 1) / 2
        now = max(attempts.due(rest), now)
        assert not attempts.may_begin(rest, {waiting(98)})
        assert attempts.may_begin(event, {waiting(98)})


def test_once_it_is_back_all_that_has_failed_is_sent_at_once() -> None:
    attempts, events = Attempts(PAUSES), [waiting(number) for number in range(AWAY_AFTER)]
    for event in events:
        attempts.failed(event, now=0.0, asked=0)
    attempts.went_well(events[1:], now=1.0)
    assert all(attempts.due(event) <= 1 for event in [*events[1:], waiting(99)])
    under_way = {waiting(number) for number in range(AT_ONCE - 1)}
    assert attempts.may_begin(waiting(99), under_way)


def test_one_success_among_few_failures_sends_nothing_again_early() -> None:
    attempts, poisoned = Attempts(PAUSES), waiting(1)
    attempts.failed(poisoned, now=0.0, asked=0)
    attempts.went_well([poisoned], now=1.0)
    assert attempts.due(poisoned) >= 5


def test_a_pause_that_is_asked_for_is_for_all() -> None:
    attempts, event = Attempts(PAUSES), waiting(1)
    attempts.failed(event, now=0.0, asked=700.0)
    attempts.went_well([], now=1.0)  # one that was under way
    assert attempts.due(event) == attempts.due(waiting(2)) == 700.0


def test_who_goes_on_with_a_webhook_that_fails_tries_one_event_at_once() -> None:
    attempts = Attempts(PAUSES, failures=30)
    assert attempts.due(waiting(1)) <= 0
    assert attempts.may_begin(waiting(1), set())
    assert not attempts.may_begin(waiting(2), {waiting(1)})
