"""The checker tells what the database has lost from what was not told of it."""

from dataclasses import replace

import pytest

from tests.faults.checker import findings_of
from tests.faults.history import History
from tests.faults.made_history import FORK, entries, rewound, spell, tell
from tests.faults.report import counts
from tests.faults.test_checker import the_finding

LOST = "3 channels, from 'channel 3' at position 7 to 'channel 5' at position 11"
"""Those that were lost."""


@pytest.fixture
def history() -> History:
    return rewound()


def test_nothing_is_found_where_whoever_had_seen_what_is_gone_was_told(history: History) -> None:
    assert findings_of(history) == []


def test_acknowledged_creates_that_the_database_has_lost_are_counted(history: History) -> None:
    counted = dict(counts(history))
    assert counted["positions lost by the database"] == "6"
    assert counted["creates acknowledged and lost by the database"].startswith("3,")


def test_a_client_that_goes_on_showing_what_is_gone_is_found(history: History) -> None:
    history.hearings[0].spells.pop()
    assert findings_of(history) == [
        f"javascript-0: heard of {LOST}, lost at 20.000 s, and was not told so",
        "javascript-0: never heard of 2 channels, from 'channel 6' at position 7 to 'channel 7'"
        " at position 9, acknowledged from 22.000 s to 22.000 s",
    ]


def test_a_client_that_resumes_beyond_what_is_left_and_misses_what_came_instead_is_found(
    history: History,
) -> None:
    """It may see nothing of what is gone, and yet had come further."""
    history.hearings[1].spells[0].heard.clear()
    assert "python-1: never heard of 'channel 6' at position 7" in the_finding(history)


def test_a_client_that_had_seen_nothing_of_it_and_could_not_resume_is_found(
    history: History,
) -> None:
    before, after = spell(FORK, []), spell(FORK, history.hearings[1].heard, at=21.0)
    history.hearings[1].spells[:] = [before, after]
    assert the_finding(history) == (
        "python-1: at 21.000 s it had a position, 6, and could not resume"
    )


def test_a_client_that_could_not_resume_before_anything_was_lost_is_found(
    history: History,
) -> None:
    history.hearings[0].spells[1].at = 19.0
    assert "at 19.000 s it had a position, 11, and could not resume" in the_finding(history)


def test_what_was_missed_before_the_rewind_is_found(history: History) -> None:
    del history.hearings[0].spells[0].heard[4]
    assert "javascript-0: never heard of 'channel 4' at position 9" in the_finding(history)


def test_a_node_that_knows_what_is_gone_and_acknowledges_it_is_found(history: History) -> None:
    """Another node may not have known it."""
    late = replace(history.creates[3], asked_at=23.0, answered_at=24.0)
    history.creates.append(late)
    assert the_finding(history) == (
        "key of channel 3, answered at 24.000 s with 'channel 3' at position 7: lost at 20.000 s,"
        " which its node knew when it was asked"
    )
    late.node = "another"
    assert findings_of(history) == []


def test_what_was_made_anew_with_its_key_is_another_channel(history: History) -> None:
    """With the same id, at another position: whoever begins anew hears of it."""
    lost = history.creates[3]
    assert lost.model is not None
    model = lost.model | {"position": 11, "createdAt": "2026-01-31T10:30:00.000000Z"}
    model["updatedAt"] = model["createdAt"]
    anew = entries(model)
    anew[0] = replace(anew[0], state=anew[0].state | {"timestamp": "2026-01-31T10:30:00+00:00"})
    history.log += anew
    history.creates.append(replace(lost, model=model, asked_at=23.0, answered_at=24.0))
    tell(history, model)
    for each in (("alice", "red"), ("bob", "red")):
        history.lists[each].append(model)
    assert findings_of(history) == []
    history.hearings[0].spells[1].heard.pop()
    assert "javascript-0: never heard of 'channel 3' at position 11" in the_finding(history)
