"""A place in the log, as the command line takes it: a position, or a time with its zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.errors import Invalid
from scripts.cli.channels import parse_place

MOMENT = datetime(2026, 1, 31, 10, 28, 19, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0", "1", "20260131", "9" * 18])
def test_digits_are_a_position(text: str) -> None:
    assert parse_place(text) == int(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T10:28:19Z", MOMENT),
        ("2026-01-31 10:28:19z", MOMENT),
        ("2026-01-31T10:28:19.123456Z", MOMENT + timedelta(microseconds=123_456)),
        ("2026-01-31T10:28:19+01:00", MOMENT.replace(tzinfo=timezone(timedelta(hours=1)))),
        ("2026-01-31T10:28:19-00:00", MOMENT),
    ],
)
def test_a_time_has_its_zone(text: str, moment: datetime) -> None:
    assert parse_place(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "-1", "1.5", "١", "yesterday", "9" * 19, "2026-01-31", "2026-01-31T10:28:19",
        "2026-02-30T10:28:19Z", "10:28:19Z", "2026-01-31T10:28:19 Europe/Berlin",
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_shown_what_would_do(text: str) -> None:
    with pytest.raises(Invalid, match="2026-01-31T10:28:19Z") as refused:
        parse_place(text)
    assert text in refused.value.message
