"""That the database goes away and comes back is said once, whoever finds it out."""

import logging
from collections.abc import Callable
from contextlib import suppress

import pytest

from domain.errors import Unavailable
from persistence.availability import Availability

AWAY, BACK = "database away: ConnectionResetError", "database back after 0.0 s"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO)
    return lambda: caplog.messages


def use(availability: Availability, error: Exception | None = None) -> None:
    with availability.away_is_unavailable():
        if error is not None:
            raise error


def fail(availability: Availability) -> None:
    with pytest.raises(Unavailable):
        use(availability, ConnectionResetError())


async def test_each_change_is_said_once(said: Callable[[], list[str]]) -> None:
    availability = Availability()
    for _ in range(3):
        use(availability)
    assert said() == []
    for _ in range(3):
        fail(availability)
    assert said() == [AWAY]
    for _ in range(3):
        use(availability)
    assert said() == [AWAY, BACK]
    fail(availability)
    assert said() == [AWAY, BACK, AWAY]


async def test_what_began_before_a_change_says_nothing_of_what_is(
    said: Callable[[], list[str]],
) -> None:
    availability = Availability()
    with availability.away_is_unavailable():  # it was answered just before
        fail(availability)
    assert said() == [AWAY]
    with suppress(Unavailable), availability.away_is_unavailable():
        use(availability)
        assert said() == [AWAY, BACK]
        raise ConnectionResetError  # it was asked just before
    assert said() == [AWAY, BACK]


async def test_what_is_wrong_is_not_away(said: Callable[[], list[str]]) -> None:
    with pytest.raises(ZeroDivisionError):
        use(Availability(), ZeroDivisionError())
    assert said() == []
