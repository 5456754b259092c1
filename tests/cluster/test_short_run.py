"""A short run of real faults against three nodes; `make cluster` is a longer one."""

import pytest

from tests.cluster.breaking import CLUSTER
from tests.faults.checker import findings_of
from tests.faults.report import complaint
from tests.faults.run import Plan, run

pytestmark = pytest.mark.timeout(300)  # many processes start, maybe beside others


async def test_every_promise_is_kept_while_nodes_die_stand_still_and_are_restarted() -> None:
    kinds = ("kill nodes", "pause nodes", "restart nodes in turn", "cut nodes from each other")
    history = await run(Plan(1, len(kinds), writers=2, subscribers=4, only=kinds), scene=CLUSTER)
    findings = findings_of(history)
    assert not findings, "\n".join(complaint(history, findings))
    # Else there was nothing to break.
    assert sorted(history.faults) == sorted(kinds)
    assert all(hearing.heard for hearing in history.hearings)
    assert all(sight.states[-1].rest for sight in history.sights)
    assert len(history.returns) == len(history.recoveries) > 0
