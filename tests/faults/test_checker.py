"""The checker finds each way in which a promise can be broken, and nothing where all were kept."""

import pytest

from tests.faults.checker import RESERVED, findings_of
from tests.faults.history import Entry, History
from tests.faults.made_history import (
    ALICE,
    BLUE,
    BOB,
    RED,
    channel,
    create,
    entries,
    kept_promises,
    tell,
)


@pytest.fixture
def history() -> History:
    return kept_promises()


def the_finding(history: History) -> str:
    found = findings_of(history)
    assert len(found) == 1, found
    return found[0]


def test_nothing_is_found_where_every_promise_was_kept(history: History) -> None:
    assert findings_of(history) == []


def test_an_early_answer_is_found(history: History) -> None:
    """Acknowledged before it was kept, and then lost."""
    history.creates.append(create(channel(6, ALICE, RED, is_private=False)))
    assert "at position 13: acknowledged, and not in the log" in the_finding(history)


def test_an_answer_that_tells_another_position_is_found(history: History) -> None:
    model = history.creates[0].model
    assert model is not None
    history.creates[0].model = {**model, "position": 2}
    assert "position was told as 2, the log has 1" in the_finding(history)


def test_an_answer_with_another_channel_is_found(history: History) -> None:
    history.creates[0].model = history.creates[3].model
    assert "asked for was ('alice', 'red', 'channel 0', False)" in the_finding(history)


def test_what_is_never_answered_is_found(history: History) -> None:
    history.creates[0].model = None
    assert the_finding(history) == "key of channel 0: never answered, 1 attempts"


def test_a_hole_is_found(history: History) -> None:
    """Position 13 is left out, and what follows is heard and answered as it is."""
    model = channel(6, ALICE, BLUE, is_private=False) | {"position": 14}
    history.creates.append(create(model))
    history.log += entries(model)
    tell(history, model)
    history.lists[BOB, BLUE].append(model)
    assert the_finding(history) == "the log: position 13 was expected, 14 was found"


def test_half_a_create_is_found(history: History) -> None:
    last = history.log.pop()
    assert last.topic == RESERVED
    assert "is created 1 times and holds 0 names" in the_finding(history)


def test_a_name_without_its_channel_is_found(history: History) -> None:
    name = {"channel_id": "0" * 32 + "7", "key": "lonely"}
    history.log.append(Entry(13, "name of a channel that is not", RESERVED, name))
    assert "is created 0 times and holds 1 names" in the_finding(history)


def test_one_key_that_makes_two_channels_is_found(history: History) -> None:
    again = history.creates[3].model
    assert again is not None
    twin = again | {"id": "00000000-0000-0000-0000-000000000099", "position": 13}
    history.log += entries(twin)
    tell(history, twin)
    history.lists[ALICE, RED].append(twin)
    history.lists[BOB, RED].append(twin)
    assert the_finding(history) == "the log: 'channel 3' in red was created 2 times"


def test_a_channel_that_nobody_asked_for_is_found(history: History) -> None:
    del history.creates[0]
    assert the_finding(history) == "the log: nobody asked for 'channel 0' in red"


def test_a_list_that_lacks_a_channel_is_found(history: History) -> None:
    history.lists[ALICE, RED].pop()
    assert the_finding(history) == "the list of alice in red: lacks 'channel 5' at position 11"


def test_a_list_that_shows_a_channel_to_a_stranger_is_found(history: History) -> None:
    history.lists[BOB, RED].append(history.hearings[0].heard[2])
    assert "the list of bob in red: has 'channel 2'" in the_finding(history)


def test_a_list_with_a_channel_twice_is_found(history: History) -> None:
    history.lists[ALICE, RED].append(history.lists[ALICE, RED][0])
    assert the_finding(history) == "the list of alice in red: 1 channels are there twice"


def test_a_list_with_an_old_channel_is_found(history: History) -> None:
    history.lists[BOB, BLUE][0] = history.lists[BOB, BLUE][0] | {"version": 0}
    assert "version was told as 0, the log has 1" in the_finding(history)


def test_what_the_parts_of_a_run_met_is_found(history: History) -> None:
    history.surprises.append("the service ended with status 1")
    assert the_finding(history) == "the service ended with status 1"
