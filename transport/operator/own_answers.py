"""What this node answers to the questions that operators have all nodes asked."""

from collections.abc import Callable

from projections.replays import Replay, Replays
from projections.representations import rfc3339
from transport.alarms import Alarms
from transport.node_report import NodeReport
from transport.operator import questions
from transport.operator.answers.nodes import Alarm
from transport.operator.answers.projections import Differences, DifferingRow
from transport.operator.answers.projections import Replay as ReplayAnswer
from transport.operator.moments import moment
from transport.operator.own_connections import OwnConnections
from transport.operator.questions import (
    HasLetGo,
    HowItIs,
    LetGo,
    NodeState,
    Question,
    Reply,
    WhichReplays,
    WhoIsConnected,
    WhoWasTold,
)


class OwnAnswers:
    """Answers them."""

    def __init__(
        self,
        node_id: str,
        connections: OwnConnections,
        alarms: Alarms,
        replays: Replays,
        report: Callable[[], NodeReport],
    ) -> None:
        self._node_id = node_id
        self._connections = connections
        self._alarms = alarms
        self._replays = replays
        self._report = report

    async def answer(self, question: Question) -> Reply:
        """The answer to a question."""
        match question:
            case WhoIsConnected():
                return await self._connections.connected(question)
            case WhoWasTold():
                return await self._connections.told(question)
            case LetGo():
                return HasLetGo(await self._connections.let_go(question.id))
            case HowItIs():
                return self._state()
            case WhichReplays():
                replays = self._replays.latest.items()
                return questions.Replays(
                    {name: replay_answer(each, self._node_id) for name, each in replays}
                )

    def _state(self) -> NodeState:
        report, kept = self._report(), self._alarms.kept
        alarms = [Alarm(moment(each.at), each.message) for each in kept]
        dropped = self._alarms.count - len(kept)
        return NodeState(report.missing, report.building, alarms, dropped)


def replay_answer(replay: Replay, node_id: str) -> ReplayAnswer:
    """A replay of a node, as far as it is."""
    found, differences = replay.comparison, None
    if found is not None:
        rows = [DifferingRow(each.table, each.is_live, each.row) for each in found.differences]
        differences = Differences(found.position, found.rows, found.differing, rows)
    return ReplayAnswer(
        kind=replay.kind,
        state=replay.state,
        node_id=node_id,
        started_at=rfc3339(replay.started_at),
        ended_at=None if replay.ended_at is None else rfc3339(replay.ended_at),
        position=replay.progress.position,
        head=replay.progress.head,
        error=replay.error,
        differences=differences,
    )
