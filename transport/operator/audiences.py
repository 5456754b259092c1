"""The audience of a change, user by user: with the reason by which the emissions have each in it,
and what became of it on their connections, by all nodes."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from domain.channel import Channel
from domain.channel_repository import Change
from domain.visibility import may_see
from projections.emissions.emissions import Emission
from projections.views.channel_past import ChannelPast, Seen
from transport.delivery.live_delivery import Delivery
from transport.operator.all_nodes import AllNodes, Replies
from transport.operator.answers.concerned import (
    Because,
    Concerned,
    ConnectionOfUser,
    Outcome,
    Sight,
    Verdict,
)
from transport.operator.outcomes import Known, Outcomes, verdict_of
from transport.operator.questions import Told, WhoWasTold
from transport.operator.returning import Returning

SHOWN_CONNECTIONS = 20
"""Of one user; the others are counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """About whom: one user, or the next ones of the audience in the order of their ids."""

    user_id: str | None
    limit: int
    after_user: str


@dataclass(frozen=True, slots=True)
class AudiencePage:
    """Those users; `next` is the id after which the next page begins, None at the end."""

    concerned: list[Concerned] = field(default_factory=list)
    next: str | None = None
    told: Replies[Told] = field(default_factory=Replies)


class Audiences:
    """Every method raises Unavailable and UndecodableEvent."""

    def __init__(
        self, past: ChannelPast, nodes: AllNodes, delivery: Delivery, returning: Returning
    ) -> None:
        self._past = past
        self._nodes = nodes
        self._delivery = delivery
        self._returning = returning

    async def page(
        self, change: Change, emissions: Sequence[Emission], asked: Asked
    ) -> AudiencePage:
        """Those of the audience who are members or whom the nodes know; or the user who is asked
        about, whether in it or not."""
        if not emissions and asked.user_id is None:
            return AudiencePage()
        named = _named(emissions, asked)
        is_open = any(emission.audience.only is None for emission in emissions)
        question = WhoWasTold(
            change.after.workspace_id,
            named,
            others=asked.limit + 1 if is_open and asked.user_id is None else 0,
            after_user=asked.after_user,
        )
        told = await self._nodes.ask(question, Told)
        known = _by_user(told)
        if asked.user_id is not None:
            user_ids, following = [asked.user_id], None
        else:
            user_ids, following = _page(named, emissions, change, told, asked)
        sight = None
        if asked.user_id is not None:
            sight = await self._past.seen_by(change.after.id, asked.user_id)
        one = _OneChange(self._past, self._delivery, self._returning, change, emissions, told)
        concerned = [await one.concerned(id, known.get(id, []), sight) for id in user_ids]
        return AudiencePage(concerned, following, told)


def _named(emissions: Sequence[Emission], asked: Asked) -> list[str]:
    """The users whom the emissions name, one more than a page has."""
    if asked.user_id is not None:
        return [asked.user_id]
    only = {id for emission in emissions for id in emission.audience.only or ()}
    return heapq.nsmallest(asked.limit + 1, (id for id in only if id > asked.after_user))


def _by_user(told: Replies[Told]) -> dict[str, list[Known]]:
    known: dict[str, list[Known]] = {}
    for node_id, reply in sorted(told.by_node.items()):
        for connection in reply.connections:
            known.setdefault(connection.user_id, []).append(Known(node_id, connection))
    return known


def _page(
    named: Sequence[str],
    emissions: Sequence[Emission],
    change: Change,
    told: Replies[Told],
    asked: Asked,
) -> tuple[list[str], str | None]:
    """The users of a page, and where the next begins: where one source has more than a page, what
    the others have beyond its last is for later pages."""
    workspace_id = change.after.workspace_id
    sources: list[set[str]] = [set(named)]
    sources += [
        {each.user_id for each in reply.connections if workspace_id in each.workspaces}
        for reply in told.by_node.values()
    ]
    ends = [max(source) for source in sources if len(source) > asked.limit]
    end = min(ends, default=None)
    users = sorted(
        id
        for id in set(chain(*sources))
        if id > asked.after_user
        and (end is None or id <= end)
        and any(emission.audience.includes(id) for emission in emissions)
    )
    if len(users) > asked.limit:
        return users[: asked.limit], users[asked.limit - 1]
    return users, end


def _by_weight(connection: ConnectionOfUser) -> int:
    """The more an outcome says of whether the event was sent, the further in front it comes."""
    return list(Outcome).index(connection.outcome)


@dataclass(frozen=True, slots=True)
class _OneChange:
    """A change of a channel, and what was asked for it once for all users."""

    past: ChannelPast
    delivery: Delivery
    returning: Returning
    change: Change
    emissions: Sequence[Emission]
    told: Replies[Told]
    states: dict[int, Channel | None] = field(default_factory=dict)

    async def concerned(
        self, user_id: str, known: Iterable[Known], sight: Sequence[Seen] | None
    ) -> Concerned:
        heard = [each for each in self.emissions if each.audience.includes(user_id)]
        outcomes = Outcomes(self.change, self.delivery.lineage, self._as_of, self._seen_by)
        latest_first = reversed(list(known))
        connections = [await outcomes.of(each, heard) for each in latest_first]
        verdict, because = Verdict.NOT_CONCERNED, None
        if heard:
            verdict = verdict_of(
                [each.outcome for each in connections],
                is_named=any(each.audience.only is not None for each in heard),
                all_known=self._all_known,
            )
            if verdict is Verdict.NOT_CONCERNED:
                because = Because.OTHER_WORKSPACES
        else:
            because = self._because(user_id, sight or ())
        away = None
        if verdict is Verdict.AWAY:
            away = await self.returning.told(self.change, user_id, known, heard)
        return Concerned(
            user_id=user_id,
            verdict=verdict,
            because=because,
            reasons=list(dict.fromkeys(each.reason for each in heard)),
            hears=[each.event for each in heard],
            connections=sorted(connections, key=_by_weight)[:SHOWN_CONNECTIONS],
            connection_count=len(connections),
            away=away,
            sight=[Sight(each.start, each.until) for each in sight or ()],
        )

    @property
    def _all_known(self) -> bool:
        position = self.change.recorded.position
        replies = self.told.by_node.values()
        is_whole = not self.told.silent and self.told.gone_upto < position
        return is_whole and all(each.beyond < position for each in replies)

    def _because(self, user_id: str, sight: Sequence[Seen]) -> Because:
        position = self.change.recorded.position
        before = [each for each in sight if each.start <= position]
        if not self.emissions:
            return Because.SAYS_NOTHING
        if may_see(user_id, self.change.after):
            return Because.NOT_IN_IT
        return Because.LOST if before else Because.NO_ACCESS

    async def _seen_by(self, user_id: str) -> Sequence[Seen]:
        return await self.past.seen_by(self.change.after.id, user_id)

    async def _as_of(self, position: int) -> Channel | None:
        if position not in self.states:
            at = await self.past.at(self.change.after.id, position)
            self.states[position] = None if at is None else at.channel
        return self.states[position]
