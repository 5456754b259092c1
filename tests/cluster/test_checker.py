"""What only a cluster asks of the harness: restarts that nobody notices, faults that come alone."""

from tests.cluster.breaking import KINDS
from tests.faults.checker import findings_of
from tests.faults.history import Failure, Restart
from tests.faults.made_history import kept_promises
from tests.faults.nemesis import steps


def test_a_create_that_fails_while_nodes_are_restarted_in_turn_is_found() -> None:
    history = kept_promises()
    history.restarts = [Restart(("http://balancer", "http://proxy"), 5.0, 9.0)]
    history.failures = [
        Failure("before", "http://balancer", 4.9, "503"),
        Failure("at another address", "http://round-robin", 6.0, "503"),
        Failure("during", "http://balancer", 7.0, "ReadError('')"),
        Failure("after", "http://balancer", 9.1, "503"),
    ]
    assert findings_of(history) == [
        "during, asked for at 7.000 s: failed while nodes were restarted in turn:"
        " ReadError('') at http://balancer"
    ]


def test_nothing_else_is_broken_while_nodes_are_restarted_in_turn() -> None:
    plan = steps(1, 500, KINDS)
    alone = {name for name, kind in KINDS.items() if kind.is_alone}
    assert any(len(step.faults) > 1 for step in plan)
    for step in plan:
        if alone & {fault.kind for fault in step.faults}:
            assert len(step.faults) == 1
