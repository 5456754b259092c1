"""A short run of real faults; `make faults` is a longer one."""

import pytest

from tests.faults.checker import findings_of
from tests.faults.report import complaint
from tests.faults.run import Plan, run

pytestmark = pytest.mark.timeout(300)  # many processes start, maybe beside others


async def test_every_promise_is_kept_through_a_short_run_of_faults() -> None:
    history = await run(Plan(seed=1, faults=6))
    findings = findings_of(history)
    assert not findings, "\n".join(complaint(history, findings))
    # Else there was nothing to break.
    assert len(history.faults) == 6
    for hearing in history.hearings:
        assert hearing.heard, hearing.name
    for reading in history.readings:
        assert reading.events, reading.name
    for sight in history.sights:
        assert sight.times_live > 1, sight.name


async def test_whoever_has_seen_what_a_promotion_loses_is_told() -> None:
    history = await run(Plan(seed=1, faults=2, subscribers=2, only=("promote a replica",)))
    findings = findings_of(history)
    assert not findings, "\n".join(complaint(history, findings))
    assert any(rewind.lost for rewind in history.rewinds)
    assert any(len(hearing.spells) > 1 for hearing in history.hearings)
    assert any(len(reading.stretches) > 1 for reading in history.readings)
    for sight in history.sights:
        assert len({state.log for state in sight.states if state.log}) > 1, sight.name
