"""Of two copies of a log that contradict each other, a relay publishes the one that went on."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from persistence.jetstream.logs import CurrentLog, is_left_behind
from persistence.log.epochs import Epoch, Lineage

A, B, C = map(UUID, ("a" * 32, "b" * 32, "c" * 32))


def at(minute: int) -> datetime:
    return datetime(2026, 1, 31, 0, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("epochs", "told", "is_left"),
    [
        pytest.param([(A, 1), (B, 2)], (B, 2), False, id="the same"),
        pytest.param([(A, 1)], (B, 2), True, id="what was before"),
        pytest.param([(A, 1), (B, 2)], (A, 1), False, id="it went on here"),
        pytest.param([(A, 1), (C, 3)], (B, 2), False, id="it went on here, and there before"),
        pytest.param([(A, 1), (B, 2)], (C, 3), True, id="it went on there, and here before"),
        pytest.param([(A, 5), (B, 2)], (A, 5), False, id="it went on where the clock is behind"),
    ],
)
def test_a_copy_is_left_behind_where_the_log_went_on_elsewhere_later(
    epochs: list[tuple[UUID, int]], told: tuple[UUID, int], is_left: bool
) -> None:
    lineage = Lineage(tuple(Epoch(log, 1, at(minute)) for log, minute in epochs))
    log, minute = told
    current = CurrentLog(str(log), f"KANAL-{log}", at(minute))
    assert is_left_behind(lineage, current) == is_left
