"""The checker finds each state of a kanal-client that is not the list as of its position."""

from collections.abc import Sequence

import pytest

from tests.faults.checker import findings_of
from tests.faults.history import History, Model
from tests.faults.made_history import (
    ALICE,
    FORK,
    NEW_LOG,
    RED,
    channel,
    growing,
    kept_promises,
    rewound,
    seen,
    show,
    shown_by,
)
from tests.faults.sights import Listing
from tests.faults.test_checker import the_finding


@pytest.fixture
def history() -> History:
    return kept_promises()


@pytest.fixture
def models(history: History) -> list[Model]:
    """Those that the first kanal-client is to show, at positions 1, 5, 7 and 11."""
    return shown_by(history.sights[0])


def shows(history: History, *states: tuple[int, Sequence[Model]]) -> None:
    """Let the first kanal-client show these states instead."""
    history.sights[0] = seen("kanal-0", ALICE, RED, *states)


def test_a_skipped_position_is_found_once(history: History, models: list[Model]) -> None:
    shows(history, (0, []), (1, models[:1]), (7, [models[0], models[2]]), (11, models[:1]))
    assert findings_of(history) == [
        "kanal-0: at 7.000 s, as of position 7, lacks 'channel 2' at position 5",
        "kanal-0: at 11.000 s, as of position 11, lacks 2 channels, from 'channel 3' at position 7"
        " to 'channel 5' at position 11",
    ]


def test_what_is_mended_later_is_found_as_well(history: History, models: list[Model]) -> None:
    shows(history, (1, []), *growing(models)[1:])
    assert "as of position 1, lacks 'channel 0' at position 1" in the_finding(history)


def test_what_comes_later_and_is_shown_already_is_found(
    history: History, models: list[Model]
) -> None:
    shows(history, (1, models[:2]), (11, models))
    assert the_finding(history) == (
        "kanal-0: at 1.000 s, as of position 1, shows 'channel 2' at position 5, which comes later"
    )


def test_what_was_missed_and_is_shown_before_it_is_live_again_is_found(
    history: History, models: list[Model]
) -> None:
    shows(history, (1, models[:1]))
    sight = history.sights[0]
    show(sight, models[:1], 1, status="away")
    show(sight, models[:2], 1, status="catching-up")
    show(sight, models, 11)
    assert "shows 'channel 2' at position 5, which comes later" in the_finding(history)


@pytest.mark.parametrize("kind", ["private", "of another workspace"])
def test_a_channel_that_its_user_may_not_see_is_found(history: History, kind: str) -> None:
    model = history.creates[{"private": 2, "of another workspace": 4}[kind]].model
    assert model is not None
    sight = history.sights[1]
    show(sight, sorted([*shown_by(sight), model], key=lambda one: one["id"]), 11)
    assert the_finding(history).endswith(
        f"shows {model['name']!r} at position {model['position']}, and may not see it"
    )


def test_a_channel_told_otherwise_than_it_is_is_found(
    history: History, models: list[Model]
) -> None:
    shows(history, (11, [models[0] | {"name": "other"}, *models[1:]]))
    assert "name was told as other, the log has channel 0" in the_finding(history)


def test_a_channel_that_is_not_in_the_log_is_found(history: History, models: list[Model]) -> None:
    ghost = channel(6, ALICE, RED, is_private=False)
    shows(history, (11, models), (13, [*models, ghost]))
    assert "'channel 6' at position 13, which is not in the log" in the_finding(history)


def test_a_channel_that_is_shown_twice_is_found(history: History, models: list[Model]) -> None:
    shows(history, (11, [*models, models[-1]]))
    assert "shows 'channel 5' at position 11 more than once" in the_finding(history)


def test_another_order_is_found(history: History, models: list[Model]) -> None:
    shows(history, (7, [models[0], models[2], models[1]]), (11, models))
    assert the_finding(history) == (
        "kanal-0: at 7.000 s, as of position 7, shows its channels in another order"
    )


def test_going_back_on_one_log_is_found(history: History, models: list[Model]) -> None:
    shows(history, (11, models), (7, models[:3]), (11, models))
    assert the_finding(history) == (
        "kanal-0: at 7.000 s, as of position 7, it goes back, from position 11"
    )


def test_a_log_that_never_was_is_found(history: History, models: list[Model]) -> None:
    show(history.sights[0], models, 12, log="other")
    assert "it has a log that never was, other" in the_finding(history)


def test_a_client_that_is_not_level_in_the_end_is_found(
    history: History, models: list[Model]
) -> None:
    shows(history, *growing(models[:3]))
    assert the_finding(history) == "kanal-0: in the end lacks 'channel 5' at position 11"


def test_a_client_that_does_not_come_back_is_found(history: History, models: list[Model]) -> None:
    show(history.sights[0], models, 11, status="away")
    assert the_finding(history) == "kanal-0: in the end it is away, at position 11"


def test_a_client_that_is_never_live_is_found(history: History) -> None:
    del history.sights[0].states[2:]
    assert the_finding(history) == "kanal-0: never live"


def test_a_good_token_that_is_refused_is_found(history: History, models: list[Model]) -> None:
    show(history.sights[0], models, 11, status="refused")
    show(history.sights[0], models, 11)
    assert "it says that its token is refused" in the_finding(history)


LOST = "2 channels, from 'channel 3' at position 7 to 'channel 5' at position 11"
"""Those of its workspace that were lost."""


def test_a_client_that_stays_with_a_log_that_is_gone_is_found() -> None:
    history = rewound()
    del history.sights[0].states[-2:]
    show(history.sights[0], shown_by(history.sights[0]), 11)
    assert findings_of(history) == [
        "kanal-0: in the end lacks 'channel 6' at position 7",
        f"kanal-0: in the end shows {LOST}, lost at 20.000 s, and was not told so",
    ]


def test_a_client_that_takes_what_is_lost_into_the_next_log_is_found() -> None:
    history = rewound()
    sight = history.sights[0]
    right = shown_by(sight)
    del sight.states[-2:]
    show(sight, shown_by(sight), FORK, log=NEW_LOG)
    show(sight, right, 7, log=NEW_LOG)
    assert the_finding(history) == (
        f"kanal-0: at 6.000 s, as of position 6, shows {LOST}, lost at 20.000 s,"
        " and was not told so"
    )


def test_a_list_is_by_age_also_where_positions_are_not() -> None:
    """Nodes have clocks of their own."""
    first = channel(0, ALICE, RED, is_private=False)
    older = channel(1, ALICE, RED, is_private=False) | {"createdAt": "2026-01-31T10:28:18.000000Z"}
    assert Listing([first, older]).as_of(older["position"]) == [older, first]
