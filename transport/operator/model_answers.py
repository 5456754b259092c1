"""The read models for operators: their versions, and of each the latest replay, on whichever node
it was begun."""

from collections.abc import Awaitable, Callable, Sequence

from projections.checking.model_status import ModelStatus
from projections.replays import ReplayKind, Replays
from transport.operator import questions
from transport.operator.all_nodes import AllNodes
from transport.operator.answers.projections import (
    ModelVersion,
    ProjectionAnswer,
    ProjectionList,
    Replay,
)
from transport.operator.own_answers import replay_answer


class ModelAnswers:
    """Every method raises Unavailable."""

    def __init__(
        self,
        statuses: Callable[[], Awaitable[Sequence[ModelStatus]]],
        replays: Replays,
        nodes: AllNodes,
    ) -> None:
        """`statuses` answers those of all versions of all models."""
        self._statuses = statuses
        self._replays = replays
        self._nodes = nodes

    async def all(self) -> ProjectionList:
        """All of them, in the order of their names."""
        statuses = await self._statuses()
        replies = await self._nodes.ask(questions.WhichReplays(), questions.Replays)
        latest: dict[str, Replay] = {}
        for reply in replies.by_node.values():
            for name, replay in reply.replays.items():
                if name not in latest or latest[name].started_at < replay.started_at:
                    latest[name] = replay
        head = max((status.head for status in statuses), default=0)
        projections = [
            ProjectionAnswer(
                name=name,
                versions=[_version(each) for each in statuses if each.model.name == name],
                head=head,
                replay=latest.get(name),
                silent=replies.silent,
            )
            for name in sorted({status.model.name for status in statuses})
        ]
        return ProjectionList(projections, head, replies.silent)

    async def one(self, name: str) -> ProjectionAnswer:
        """One of them. Raises NotFound."""
        self._replays.require(name)
        return next(each for each in (await self.all()).projections if each.name == name)

    async def begin(self, name: str, kind: ReplayKind) -> Replay:
        """Begin a replay on this node. Raises NotFound, and Conflict where one is running."""
        return replay_answer(await self._replays.begin(name, kind), self._nodes.node_id)


def _version(status: ModelStatus) -> ModelVersion:
    position = status.position
    return ModelVersion(
        version=status.model.version,
        position=position,
        lag=None if position is None else max(status.head - position, 0),
        lag_seconds=status.lag,
        state=status.state,
    )
