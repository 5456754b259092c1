"""The faults of a run follow from its seed, and leave out no kind."""

from collections import Counter

from tests.faults.breaking import KINDS
from tests.faults.nemesis import steps


def test_the_same_seed_gives_the_same_faults() -> None:
    assert steps(7, 50, KINDS) == steps(7, 50, KINDS)
    assert steps(7, 50, KINDS) != steps(8, 50, KINDS)


def test_there_are_as_many_faults_as_were_asked_for_and_each_kind_comes_as_often() -> None:
    for faults in (0, 1, 11, 200):
        kinds = Counter(fault.kind for step in steps(1, faults, KINDS) for fault in step.faults)
        assert kinds.total() == faults
        assert set(kinds.values()) <= {faults // len(KINDS), faults // len(KINDS) + 1}


def test_everybody_is_awaited_after_each_fault_or_as_often_as_is_said() -> None:
    assert all(step.is_awaited for step in steps(1, 100, KINDS))
    awaited = Counter(step.is_awaited for step in steps(1, 500, KINDS, awaited=0.5))
    assert min(awaited[True], awaited[False]) > 100


def test_faults_that_come_together_break_different_places() -> None:
    pairs = [step.faults for step in steps(1, 500, KINDS) if len(step.faults) > 1]
    assert pairs
    for one, other in pairs:
        assert KINDS[one.kind].place != KINDS[other.kind].place
