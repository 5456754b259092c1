"""That the database goes away and comes back is said once, whoever finds it out."""

import logging
from collections.abc import Callable
from contextlib import suppress

import pytest

from domain.errors import Unavailable
from persistence.database.availability import Availability, ServerNotReady

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


async def test_what_a_server_has_against_a_connection_is_said_once_while_it_has(
    said: Callable[[], list[str]],
) -> None:
    availability = Availability()
    fail(availability)
    for _ in range(2):
        for why in ("it is a standby", "no such role"):
            with pytest.raises(Unavailable) as refused:
                use(availability, ServerNotReady(why))
            assert why not in refused.value.message  # which is for callers
    assert said() == [AWAY, "database away: it is a standby", "database away: no such role"]
    use(availability)
    with pytest.raises(Unavailable):
        use(availability, ServerNotReady("no such role"))
    assert said()[3:] == [BACK, "database away: no such role"]


async def test_what_a_server_said_is_not_forgotten_over_its_silence() -> None:
    availability = Availability()
    for error in (TimeoutError(), ServerNotReady("no such role"), TimeoutError()):
        with pytest.raises(Unavailable):
            use(availability, error)
    assert availability.why == "no such role"


async def test_what_is_wrong_is_not_away(said: Callable[[], list[str]]) -> None:
    with pytest.raises(ZeroDivisionError):
        use(Availability(), ZeroDivisionError())
    assert said() == []
