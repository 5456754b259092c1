"""The checker finds what stock clients were not told as they are promised to be."""

import pytest

from tests.faults.checker import findings_of
from tests.faults.history import History
from tests.faults.made_history import ALICE, RED, channel, kept_promises, spell
from tests.faults.test_checker import the_finding


@pytest.fixture
def history() -> History:
    return kept_promises()


def test_a_skipped_position_is_found(history: History) -> None:
    del history.hearings[0].heard[1:4]
    assert the_finding(history) == (
        "javascript-0: never heard of 3 channels, from 'channel 1' at position 3 to 'channel 3'"
        " at position 7, acknowledged from 3.000 s to 7.000 s"
    )


def test_what_got_no_answer_and_is_in_the_log_must_be_heard_too(history: History) -> None:
    history.creates[5].model = None
    del history.hearings[1].heard[1:]
    assert [line.split(",")[0] for line in findings_of(history)] == [
        "key of channel 5: never answered",
        "python-1: never heard of 'channel 5' at position 11",
    ]


def test_a_repeated_emission_is_found(history: History) -> None:
    heard = history.hearings[0].heard
    heard.insert(3, heard[2])
    assert the_finding(history) == (
        "javascript-0: heard of 'channel 2' at position 5 again, after position 5"
    )


def test_a_repetition_on_a_later_connection_is_found(history: History) -> None:
    heard = history.hearings[0].heard
    heard.append(heard[0])
    assert "again, after position 11" in the_finding(history)


def test_reordering_is_found(history: History) -> None:
    heard = history.hearings[0].heard
    heard[1], heard[2] = heard[2], heard[1]
    assert the_finding(history) == (
        "javascript-0: heard of 'channel 1' at position 3 after position 5"
    )


def test_what_was_before_the_beginning_of_a_client_is_not_for_it(history: History) -> None:
    history.hearings[1].heard.insert(0, history.hearings[0].heard[0])
    assert the_finding(history) == ("python-1: heard of 'channel 0' at position 1 after position 2")


def test_a_private_channel_seen_by_a_stranger_is_found(history: History) -> None:
    history.hearings[1].heard.insert(0, history.hearings[0].heard[2])
    assert the_finding(history) == (
        "python-1 (bob): heard of 'channel 2' at position 5, and may not see it"
    )


def test_a_channel_of_another_workspace_is_found(history: History) -> None:
    history.hearings[1].heard.insert(1, history.hearings[0].heard[4])
    assert "may not see it" in the_finding(history)


def test_a_channel_told_otherwise_than_it_is_is_found(history: History) -> None:
    history.hearings[0].heard[0]["name"] = "other"
    assert the_finding(history) == (
        "javascript-0: heard of 'other' at position 1;"
        " name was told as other, the log has channel 0"
    )


def test_what_is_heard_and_not_in_the_log_is_found(history: History) -> None:
    ghost = channel(6, ALICE, RED, is_private=False)
    history.hearings[0].heard.append(ghost)
    assert "'channel 6' at position 13, which is not in the log" in the_finding(history)


def test_a_client_that_cannot_resume_is_found(history: History) -> None:
    hearing = history.hearings[0]
    hearing.spells = [spell(0, hearing.heard[:3]), spell(5, hearing.heard[3:], at=1.0)]
    assert the_finding(history) == (
        "javascript-0: at 1.000 s it had a position, 5, and could not resume"
    )


def test_a_client_that_never_authenticates_is_found(history: History) -> None:
    history.hearings[1].spells.clear()
    assert the_finding(history) == "python-1: never authenticated"
