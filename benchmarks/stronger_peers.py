"""The peers that are not on every machine; where one is not, the row says why."""

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks.centrifugo.program import NAME as CENTRIFUGO
from benchmarks.centrifugo.program import program
from benchmarks.centrifugo.server import centrifugo
from benchmarks.measure import Absent, Contender, Plan, Sample
from benchmarks.servers import Server, node

Start = Callable[[], AbstractContextManager[Server]]
TrialOf = Callable[[Start], Callable[[Plan], Sample]]
"""What a row measures of a server."""

_EIOWS = "Socket.IO on eiows"
_EIOWS_FOLDER = Path(__file__).parent / "peers" / "eiows"


def stronger_peers(plan: Plan, trial_of: TrialOf) -> list[Contender | Absent]:
    """All of them."""
    return [on_eiows(trial_of), on_centrifugo(plan, trial_of)]


def on_eiows(trial_of: TrialOf) -> Contender | Absent:
    """Socket.IO on Node as the other one, with eiows in the place of ws."""
    loading = subprocess.run(
        ["node", "--eval", "require('eiows')"],
        cwd=_EIOWS_FOLDER,
        capture_output=True,
        check=False,
    )
    if loading.returncode != 0:
        return Absent(_EIOWS, "it is not built, which takes Node 22.9 or newer, and its source")
    return Contender(_EIOWS, "peer", trial_of(partial(node, WS_ENGINE="eiows")))


def on_centrifugo(plan: Plan, trial_of: TrialOf) -> Contender | Absent:
    """Centrifugo, which is built where it is not yet and the plan says so."""
    found = program(plan)
    if isinstance(found, Absent):
        return found
    return Contender(CENTRIFUGO, "peer", trial_of(partial(centrifugo, found)))
