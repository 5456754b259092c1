"""Lineages: how much of one log a reader of another has seen."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from persistence.log.epochs import GREATEST, Epoch, Lineage

BEGAN = datetime(2026, 1, 31, tzinfo=UTC)


def lineage(**firsts: int) -> Lineage:
    """A log whose epochs have these ids, by one letter, and first positions."""
    return Lineage(tuple(Epoch(named(name), first, BEGAN) for name, first in firsts.items()))


def named(letter: str) -> UUID:
    return UUID(bytes=letter.encode() * 16)


def test_who_has_read_the_log_itself_has_read_it_up_to_wherever_they_say() -> None:
    log = lineage(a=1, b=7)
    assert log.includes(str(named("b")), 6)
    assert log.includes(str(named("b")), GREATEST)
    assert log.includes(None, GREATEST)


def test_an_epoch_of_before_counts_up_to_where_the_next_one_begins() -> None:
    log = lineage(a=1, b=7)
    assert log.includes(str(named("a")), 6)
    assert not log.includes(str(named("a")), 7)


def test_it_counts_no_further_than_any_later_epoch_goes_back() -> None:
    log = lineage(a=1, b=10, c=4)
    assert log.includes(str(named("a")), 3)
    assert not log.includes(str(named("a")), 4)
    assert not log.includes(str(named("b")), 4)


def test_an_epoch_that_is_lost_and_an_id_that_is_none_count_for_nothing() -> None:
    log = lineage(a=1, b=7)
    for other in (str(uuid4()), "", "no id"):
        assert not log.includes(other, 0)


def test_a_log_shares_with_an_epoch_of_before_what_no_later_one_gave_out_anew() -> None:
    log = lineage(a=1, b=50, c=20)
    assert log.shared_with_epoch(named("a")) == log.shared_with_epoch(named("b")) == 19
    assert log.shared_with_epoch(named("c")) == GREATEST
    assert log.shared_with_epoch(uuid4()) == 0


def test_two_logs_share_what_comes_before_either_goes_on_by_itself() -> None:
    assert lineage(a=1, b=10).shared_with(lineage(a=1, c=7)) == 6
    assert lineage(a=1, c=7).shared_with(lineage(a=1, b=10)) == 6
    assert lineage(a=1).shared_with(lineage(a=1, b=10)) == 9
    assert lineage(a=1).shared_with(lineage(b=1)) == 0


def test_a_log_comes_before_those_that_go_on_from_it() -> None:
    assert lineage(a=1).comes_before(lineage(a=1, b=7))
    assert not lineage(a=1, b=7).comes_before(lineage(a=1, b=7))
    assert not lineage(a=1, b=7).comes_before(lineage(a=1))
    assert not lineage(a=1, c=7).comes_before(lineage(a=1, b=7, d=9))


def test_an_event_was_recorded_in_the_last_epoch_that_begins_at_or_before_it() -> None:
    log = lineage(a=1, b=7)
    assert [log.epoch_at(position).id for position in (1, 6, 7, 100)] == [
        named("a"), named("a"), named("b"), named("b"),
    ]  # fmt: skip


@given(st.data())
def test_whoever_is_let_go_on_has_read_nothing_but_what_is_in_the_log(data: st.DataObject) -> None:
    """A log that is appended to, and goes on from any of its places, against all that ever was."""
    logs: dict[UUID, list[int]] = {}
    """What a reader of each epoch has read, event by event, when it was served last."""
    events, epochs, count = list[int](), [Epoch(uuid4(), 1, BEGAN)], 0
    for _ in range(data.draw(st.integers(1, 6))):
        for _ in range(data.draw(st.integers(0, 4))):
            events.append(count := count + 1)
        logs[epochs[-1].id] = list(events)
        kept = data.draw(st.integers(0, len(events)))
        events = events[:kept]
        # What was recorded of epochs is lost with the rest.
        epochs = [each for each in epochs if each.first <= kept + 1]
        epochs.append(Epoch(uuid4(), kept + 1, BEGAN))
        for _ in range(data.draw(st.integers(0, 4))):
            events.append(count := count + 1)
    log = Lineage(tuple(epochs))
    for log_id, read in logs.items():
        for position in range(len(read) + 1):
            if log.includes(str(log_id), position):
                assert read[:position] == events[:position]
