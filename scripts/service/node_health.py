"""The health of one node: what keeps it from being ready, what it builds and how far it is behind,
as its health routes and its metrics tell it."""

from collections.abc import Callable, Mapping

from persistence.log.log_source import LogSource
from persistence.log.wakeup import Wakeup
from projections.running.runner import ProjectionRunner
from scripts.service.followers import Followers
from scripts.service.revocation_follower import RevocationFollower
from transport.metrics import Metrics
from transport.node_report import NodeReport

FOLLOWED = "followed"


class NodeHealth:
    """Looks at the parts of a node; `position` answers the one up to which it has delivered."""

    def __init__(
        self,
        *,
        followers: Followers,
        runners: Mapping[str, ProjectionRunner],
        revocations: RevocationFollower,
        wakeup: Wakeup,
        metrics: Metrics,
        position: Callable[[], int],
        source: LogSource | None,
    ) -> None:
        """`source` tells whether a stream is followed; None of a node that has none to follow."""
        self._followers = followers
        self._runners = runners
        self._revocations = revocations
        self._wakeup = wakeup
        self._metrics = metrics
        self._position = position
        self._source = source

    def report(self, ended: list[str]) -> NodeReport:
        """How the node is; `ended` are its tasks that should go on and do not."""
        missing = ended + self._missing()
        self._metrics.ready.set(not missing)
        return NodeReport(
            missing,
            self._building(),
            {runner.name: self.lag(runner) for runner in self._runners.values()},
            self._metrics.families(),
            self._stream(),
        )

    def _missing(self) -> list[str]:
        """What keeps the followers of the log from being ready."""
        missing = list(self._followers.ended)
        missing += [name for name, runner in self._runners.items() if not runner.is_readable]
        if not self._revocations.is_level.is_set() and not self._followers.ended:
            missing.append("revocations")
        return missing + ([] if self._wakeup.is_listening else ["database"])

    def _building(self) -> list[str]:
        """The read models that are not built, and how far they are."""
        return [
            name
            if (progress := runner.rebuilding) is None
            else f"{name}: at position {progress.position} of {progress.head}"
            for name, runner in self._runners.items()
            if not runner.is_built.is_set()
        ]

    def _stream(self) -> str | None:
        """Whether the log is followed from its stream, or why not."""
        if self._source is None:
            return None
        return self._source.why or FOLLOWED

    def lag(self, runner: ProjectionRunner) -> int:
        """How far a read model is behind what this node has delivered, in positions."""
        return runner.behind(self._position())
