"""The outcomes: what became of one event on each connection of a user, and so for the user.

beyond `liveFrom`           it was sent as it happened
beyond `from`, not beyond   it was sent with what had been missed, if the user could see the
`liveFrom`                  channel when that was sent
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from domain.channel import Channel
from domain.channel_repository import Change
from domain.visibility import may_see
from persistence.log.epochs import Lineage
from projections.emissions.emissions import Emission
from projections.views.channel_past import Seen
from transport.operator.answers.concerned import ConnectionOfUser, Outcome, Verdict
from transport.operator.moments import moment
from transport.operator.questions import ToldConnection

ChannelAsOf = Callable[[int], Awaitable[Channel | None]]
"""Answers the channel as of a position."""

SeenBy = Callable[[str], Awaitable[Sequence[Seen]]]
"""Answers when a user could see it."""

_SENT = {Outcome.LIVE, Outcome.CAUGHT_UP}

_VERDICTS = {
    Outcome.NOT_YET: Verdict.NOT_YET,
    Outcome.LEFT_OUT: Verdict.LEFT_OUT,
    Outcome.SEEN_BEFORE: Verdict.SEEN_BEFORE,
    Outcome.CAME_LATER: Verdict.CAME_LATER,
    Outcome.ENDED_BEFORE: Verdict.AWAY,
    Outcome.OTHER_LOG: Verdict.AWAY,
}
"""What the outcomes make of it that no connection was sent it, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A connection, and the node that knows of it."""

    node_id: str
    connection: ToldConnection


class Outcomes:
    """Those of one event: a change of a channel, in a log with those epochs."""

    def __init__(
        self, change: Change, lineage: Lineage, channel_as_of: ChannelAsOf, seen_by: SeenBy
    ) -> None:
        self._position = change.recorded.position
        self._workspace_id = change.after.workspace_id
        self._lineage = lineage
        self._channel_as_of = channel_as_of
        self._seen_by = seen_by

    async def of(self, told: Known, heard: Sequence[Emission]) -> ConnectionOfUser:
        """What became of it on a connection, where the user was to hear some emissions of it."""
        known = told.connection
        return ConnectionOfUser(
            id=known.id,
            node_id=told.node_id,
            outcome=await self._outcome(known, heard),
            from_=known.workspaces.get(self._workspace_id),
            upto=known.upto,
            live_from=known.live_from,
            transport=known.transport,
            waiting_bytes=known.waiting_bytes,
            ended_at=None if known.ended_at is None else moment(known.ended_at),
            ended=known.ended,
        )

    async def _outcome(self, known: ToldConnection, heard: Sequence[Emission]) -> Outcome:
        position, start = self._position, known.workspaces.get(self._workspace_id)
        if not self._lineage.includes(known.log, position):
            return Outcome.OTHER_LOG
        if start is None:
            return Outcome.OTHER_WORKSPACES
        if position <= start:
            return Outcome.SEEN_BEFORE if known.has_resumed else Outcome.CAME_LATER
        if position > known.upto:
            return Outcome.NOT_YET if known.ended is None else Outcome.ENDED_BEFORE
        if known.live_from is not None and position > known.live_from:
            return Outcome.LIVE
        told_at = known.upto if known.live_from is None else known.live_from
        channel = await self._channel_as_of(told_at)
        sees = channel is not None and may_see(known.user_id, channel)
        is_sent = sees or not heard or (is_gone(heard) and await self._saw_from(known, start))
        return Outcome.CAUGHT_UP if is_sent else Outcome.LEFT_OUT

    async def _saw_from(self, known: ToldConnection, start: int) -> bool:
        """Whether the user saw the channel from a position on until this event: who was told of it
        is told that it is gone, also with what was missed."""
        seen = await self._seen_by(known.user_id)
        return any(
            each.start <= start and (each.until is None or each.until >= self._position)
            for each in seen
        )


def is_gone(heard: Sequence[Emission]) -> bool:
    """Whether all that is heard is that the channel is gone."""
    return {emission.event for emission in heard} == {"channel-deleted"}


def verdict_of(outcomes: Iterable[Outcome], *, is_named: bool, all_known: bool) -> Verdict:
    """What became of the event for a user whom it concerned: by name, or as one of the workspace.
    `all_known` is whether every connection is known that may have been sent it."""
    found = set(outcomes)
    if found & _SENT:
        return Verdict.SENT
    for outcome, verdict in _VERDICTS.items():
        if outcome in found:
            return verdict
    if Outcome.OTHER_WORKSPACES in found and not is_named:
        return Verdict.NOT_CONCERNED
    return Verdict.NOT_CONNECTED if all_known else Verdict.NOT_KNOWN
