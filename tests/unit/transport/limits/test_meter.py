"""The meter: what may be taken at once and over time, and what it remembers."""

import pytest

from transport.limits.meter import Meter
from transport.limits.rate import Rate


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_quota_may_be_taken_at_once_and_the_wait_says_when_there_is_more() -> None:
    clock = Clock()
    meter = Meter(Rate(50, 1), clock=clock)
    assert [meter.take("alice") for _ in range(50)] == [0.0] * 50
    wait = meter.take("alice")
    assert wait == pytest.approx(1 / 50)
    clock.now += wait
    assert meter.take("alice") == 0
    assert meter.take("alice") > 0


def test_no_more_than_the_rate_is_given_over_time_however_often_one_asks() -> None:
    clock = Clock()
    meter = Meter(Rate(10, 1), clock=clock)
    given = 0
    for _ in range(10_000):
        clock.now += 0.001
        given += meter.take("alice") == 0
    assert given == pytest.approx(10 + 10 * 10, abs=1)


def test_each_has_their_own() -> None:
    meter = Meter(Rate(1, 3_600), clock=Clock())
    assert meter.take("alice") == 0
    assert meter.take("alice") == 3_600
    assert meter.take("bob") == 0


def test_what_is_given_back_may_be_taken_again_and_no_more_than_that() -> None:
    meter = Meter(Rate(2, 60), clock=Clock())
    for _ in range(100):
        assert meter.take("alice") == 0
        meter.give_back("alice")
    assert [meter.take("alice") > 0 for _ in range(3)] == [False, False, True]
    meter.give_back("nobody")
    assert len(meter) == 1


def test_to_ask_how_long_to_wait_takes_nothing() -> None:
    meter = Meter(Rate(1, 60), clock=Clock())
    assert [meter.wait("alice") for _ in range(3)] == [0, 0, 0]
    meter.take("alice")
    assert meter.wait("alice") == 60


def test_the_memory_is_bounded_whatever_is_claimed() -> None:
    clock = Clock()
    meter = Meter(Rate(1, 60), max_keys=100, clock=clock)
    for number in range(10_000):
        assert meter.take(f"user-{number}") == 0
        assert len(meter) <= 100
    assert meter.take("user-9999") > 0


def test_who_has_nothing_taken_any_more_is_forgotten() -> None:
    clock = Clock()
    meter = Meter(Rate(10, 1), clock=clock)
    for number in range(1_000):
        meter.take(f"user-{number}")
    clock.now += 1
    for _ in range(1_000):
        meter.take("alice")
        clock.now += 1
    assert len(meter) == 1
