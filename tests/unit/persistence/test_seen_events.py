"""The seen events: the last that were seen, however far up in the log they are."""

from persistence.log.epochs import GREATEST
from persistence.log.seen_events import REMEMBERED, SeenEvents
from tests.support.events import stored_event


def test_as_many_as_are_to_be_remembered_are() -> None:
    seen = SeenEvents()
    for position in range(1, REMEMBERED + 3):
        seen.add(position, stored_event())
    assert [position in seen for position in (1, 2, 3, REMEMBERED + 2)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_the_first_one_that_is_seen_may_be_at_any_position() -> None:
    """A walk over all positions before it would keep a service from starting."""
    seen = SeenEvents()
    seen.add(1, stored_event())
    seen.add(GREATEST, stored_event())
    assert (seen.last, 1 in seen, GREATEST in seen) == (GREATEST, False, True)
