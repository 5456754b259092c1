"""The checker finds what readers of the feed did not keep as it is promised to them."""

from collections.abc import Sequence
from copy import deepcopy

import pytest

from tests.faults.checker import findings_of
from tests.faults.history import History, Model
from tests.faults.made_history import (
    ALICE,
    BOB,
    FORK,
    LOG,
    NEW_LOG,
    RED,
    kept_promises,
    rewound,
)
from tests.faults.reading import PublicEvent, Reading, Stretch
from tests.faults.test_checker import the_finding


def told(model: Model, log: str = LOG) -> PublicEvent:
    """What the feed says of a create."""
    return {
        "specversion": "1.0",
        "id": f"{log}:{model['position']}",
        "type": "channel.created",
        "subject": model["id"],
        "time": model["createdAt"],
        "workspace": model["workspaceId"],
        "position": str(model["position"]),
        "actor": model["creatorId"],
        "data": {"channel": deepcopy(model)},
    }


def stretch(
    events: Sequence[PublicEvent],
    place: int,
    *,
    at: float = 0.0,
    listed: Sequence[Model] = (),
) -> Stretch:
    kept = [*listed, *(event["data"]["channel"] for event in events)]
    return Stretch(at, place, kept, list(events))


def models_of(history: History) -> list[Model]:
    return [create.model for create in history.creates if create.model is not None]


@pytest.fixture
def history() -> History:
    """`all` was told the log, `bob` what he may see in red."""
    history = kept_promises()
    events = [told(model) for model in models_of(history)]
    history.readings += [
        Reading("all", "a service", (), True, [stretch(events, 12)], requests=1),
        Reading("bob", BOB, (RED,), False, [stretch([events[n] for n in (0, 3, 5)], 12)], 1),
    ]
    return history


def test_nothing_is_found_where_every_reader_was_told_what_is_theirs(history: History) -> None:
    assert findings_of(history) == []


def test_a_hole_in_the_whole_log_is_found(history: History) -> None:
    """Of a private channel, which only its creator and whoever reads all are told."""
    del history.readings[0].stretches[0].kept[2]
    assert "all: never heard of 'channel 2' at position 5" in the_finding(history)


def test_a_hole_in_what_a_user_may_see_is_found(history: History) -> None:
    del history.readings[1].stretches[0].kept[1]
    assert "bob: never heard of 'channel 3' at position 7" in the_finding(history)


def test_an_event_that_is_told_again_is_found(history: History) -> None:
    kept = history.readings[1].stretches[0].kept
    kept.insert(1, kept[0])
    assert the_finding(history) == "bob: heard of 'channel 0' at position 1 again, after position 1"


def test_events_in_another_order_are_found(history: History) -> None:
    kept = history.readings[0].stretches[0].kept
    kept[1], kept[2] = kept[2], kept[1]
    assert the_finding(history) == "all: heard of 'channel 1' at position 3 after position 5"


def test_a_private_channel_that_a_stranger_reads_is_found(history: History) -> None:
    history.readings[1].stretches[0].kept.insert(1, models_of(history)[2])
    assert (
        the_finding(history) == "bob (bob): heard of 'channel 2' at position 5, and may not see it"
    )


@pytest.mark.parametrize("name", ["type", "subject", "time", "workspace", "position", "actor"])
def test_an_event_that_says_something_else_than_is_so_is_found(history: History, name: str) -> None:
    history.readings[0].events[1][name] = "other"
    assert the_finding(history).startswith(f"all: was told {name} 'other', and not ")


@pytest.mark.parametrize("id", [f"{LOG}:2", "another log:3"])
def test_an_id_that_cannot_be_is_found(history: History, id: str) -> None:
    history.readings[0].events[1]["id"] = id
    assert f"all: was told the id {id!r} of 'channel 1' at position 3" in findings_of(history)


def test_a_reader_that_is_never_answered_is_found(history: History) -> None:
    history.readings[0].requests = 0
    assert the_finding(history) == "all: never answered"


def test_a_reader_that_begins_anew_where_nothing_was_lost_is_found(history: History) -> None:
    reading = history.readings[0]
    reading.stretches.append(stretch(reading.events, 12, at=13.0))
    assert the_finding(history) == "all: at 13.000 s it had a position, 12, and could not resume"


@pytest.fixture
def after_a_loss() -> History:
    """Both had read what is lost. `all` begins anew at the beginning, `alice` from her list."""
    history = rewound()
    creates = models_of(history)
    old, new = creates[:6], creates[6:]
    anew = [*(told(model) for model in old[:3]), *(told(model, NEW_LOG) for model in new)]
    stretches = [stretch([told(model) for model in old], 12), stretch(anew, 10, at=21.0)]
    theirs = [model for model in old if model["workspaceId"] == RED]
    listed = [model for model in theirs if model["position"] <= FORK]
    events = [told(model, NEW_LOG) for model in new if model["workspaceId"] == RED]
    hers = [
        stretch([told(model) for model in theirs], 12),
        stretch(events, 10, at=21.0, listed=listed),
    ]
    history.readings += [
        Reading("all", "a service", (), True, stretches, requests=2),
        Reading("alice", ALICE, (RED,), False, hers, requests=2),
    ]
    return history


def test_nothing_is_found_where_readers_of_what_is_lost_begin_anew(after_a_loss: History) -> None:
    assert findings_of(after_a_loss) == []


def test_a_list_that_lacks_something_when_a_reader_begins_anew_is_found(
    after_a_loss: History,
) -> None:
    del after_a_loss.readings[1].stretches[1].kept[0]
    assert "alice: never heard of 'channel 0' at position 1" in the_finding(after_a_loss)


def test_a_reader_that_goes_on_after_what_is_lost_is_found(after_a_loss: History) -> None:
    del after_a_loss.readings[0].stretches[1]
    assert (
        "all: heard of 3 channels, from 'channel 3' at position 7" in findings_of(after_a_loss)[0]
    )


def test_an_id_of_what_was_lost_for_what_took_its_position_is_found(after_a_loss: History) -> None:
    after_a_loss.readings[0].events[3]["id"] = f"{LOG}:7"
    assert (
        f"all: was told the id '{LOG}:7', which is that of another event, of 'channel 6' at"
        " position 7"
    ) in findings_of(after_a_loss)


def test_an_event_that_gets_another_id_in_the_next_log_is_found(after_a_loss: History) -> None:
    after_a_loss.readings[0].events[0]["id"] = f"{NEW_LOG}:1"
    assert (
        f"all: was told the id '{NEW_LOG}:1', where it was '{LOG}:1' before, of 'channel 0' at"
        " position 1"
    ) in findings_of(after_a_loss)
