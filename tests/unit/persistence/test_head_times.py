"""The seconds of a lag: since when it was known that the log goes beyond a position."""

import pytest

from persistence.log.head_times import GRAIN, KEPT, HeadTimes
from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def times(clock: Clock) -> HeadTimes:
    return HeadTimes(clock.monotonic)


def test_who_has_come_to_the_head_is_not_behind(times: HeadTimes, clock: Clock) -> None:
    assert times.behind(0) == 0
    times.reached(5)
    clock.forward(100)
    assert times.behind(5) == times.behind(6) == 0


def test_who_has_not_is_behind_since_that_was_known(times: HeadTimes, clock: Clock) -> None:
    times.reached(5)
    clock.forward(10)
    times.reached(7)
    clock.forward(1)
    assert times.behind(4) == 11
    assert times.behind(5) == times.behind(6) == 1
    assert times.behind(7) == 0


def test_to_hear_the_same_or_less_again_changes_nothing(times: HeadTimes, clock: Clock) -> None:
    times.reached(5)
    clock.forward(10)
    times.reached(5)
    times.reached(3)
    assert times.behind(4) == 10


def test_what_comes_within_a_moment_is_one_mark(times: HeadTimes, clock: Clock) -> None:
    times.reached(1)
    for position in range(2, 100):
        clock.forward(GRAIN / 1_000)
        times.reached(position)
    assert times.behind(98) == pytest.approx(98 * GRAIN / 1_000)
    assert times.behind(99) == 0


def test_a_lag_of_more_than_is_kept_is_told_as_that(times: HeadTimes, clock: Clock) -> None:
    for position in range(1, KEPT + 11):
        times.reached(position)
        clock.forward(GRAIN)
    assert times.behind(0) == KEPT * GRAIN


def test_in_another_epoch_nothing_of_the_old_one_counts(times: HeadTimes, clock: Clock) -> None:
    times.reached(5)
    clock.forward(10)
    times.forget()
    times.reached(3)
    clock.forward(1)
    assert times.behind(2) == 1
    assert times.behind(3) == 0
