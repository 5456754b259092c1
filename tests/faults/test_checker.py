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
    spell,
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


def test_a_skipped_position_is_found(history: History) -> None:
    del history.sights[0].heard[1:4]
    assert the_finding(history) == (
        "javascript-0: never heard of 3 channels, from 'channel 1' at position 3 to 'channel 3'"
        " at position 7, acknowledged from 3.000 s to 7.000 s"
    )


def test_what_got_no_answer_and_is_in_the_log_must_be_heard_too(history: History) -> None:
    history.creates[5].model = None
    del history.sights[1].heard[1:]
    assert [line.split(",")[0] for line in findings_of(history)] == [
        "key of channel 5: never answered",
        "python-1: never heard of 'channel 5' at position 11",
    ]


def test_a_repeated_emission_is_found(history: History) -> None:
    heard = history.sights[0].heard
    heard.insert(3, heard[2])
    assert the_finding(history) == (
        "javascript-0: heard of 'channel 2' at position 5 again, after position 5"
    )


def test_a_repetition_on_a_later_connection_is_found(history: History) -> None:
    heard = history.sights[0].heard
    heard.append(heard[0])
    assert "again, after position 11" in the_finding(history)


def test_reordering_is_found(history: History) -> None:
    heard = history.sights[0].heard
    heard[1], heard[2] = heard[2], heard[1]
    assert the_finding(history) == (
        "javascript-0: heard of 'channel 1' at position 3 after position 5"
    )


def test_what_was_before_the_beginning_of_a_subscriber_is_not_for_it(history: History) -> None:
    history.sights[1].heard.insert(0, history.sights[0].heard[0])
    assert the_finding(history) == ("python-1: heard of 'channel 0' at position 1 after position 2")


def test_a_private_channel_seen_by_a_stranger_is_found(history: History) -> None:
    history.sights[1].heard.insert(0, history.sights[0].heard[2])
    assert the_finding(history) == (
        "python-1 (bob): heard of 'channel 2' at position 5, and may not see it"
    )


def test_a_channel_of_another_workspace_is_found(history: History) -> None:
    history.sights[1].heard.insert(1, history.sights[0].heard[4])
    assert "may not see it" in the_finding(history)


def test_a_channel_told_otherwise_than_it_is_is_found(history: History) -> None:
    history.sights[0].heard[0]["name"] = "other"
    assert the_finding(history) == (
        "javascript-0: heard of 'other' at position 1;"
        " name was told as other, the log has channel 0"
    )


def test_what_is_heard_and_not_in_the_log_is_found(history: History) -> None:
    ghost = channel(6, ALICE, RED, is_private=False)
    history.sights[0].heard.append(ghost)
    assert "'channel 6' at position 13, which is not in the log" in the_finding(history)


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
    history.sights[0].heard.append(model)
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
    for sight in history.sights:
        sight.heard.append(twin)
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
    history.lists[BOB, RED].append(history.sights[0].heard[2])
    assert "the list of bob in red: has 'channel 2'" in the_finding(history)


def test_a_list_with_a_channel_twice_is_found(history: History) -> None:
    history.lists[ALICE, RED].append(history.lists[ALICE, RED][0])
    assert the_finding(history) == "the list of alice in red: 1 channels are there twice"


def test_a_list_with_an_old_channel_is_found(history: History) -> None:
    history.lists[BOB, BLUE][0] = history.lists[BOB, BLUE][0] | {"version": 0}
    assert "version was told as 0, the log has 1" in the_finding(history)


def test_a_client_that_cannot_resume_is_found(history: History) -> None:
    sight = history.sights[0]
    sight.spells = [spell(0, sight.heard[:3]), spell(5, sight.heard[3:], at=1.0)]
    sight.spells[1].listed = sight.spells[0].heard
    assert the_finding(history) == (
        "javascript-0: at 1.000 s it had a position, 5, and could not resume"
    )


def test_a_client_that_never_authenticates_is_found(history: History) -> None:
    history.sights[1].spells.clear()
    assert the_finding(history) == "python-1: never authenticated"


def test_what_the_parts_of_a_run_met_is_found(history: History) -> None:
    history.surprises.append("the service ended with status 1")
    assert the_finding(history) == "the service ended with status 1"
