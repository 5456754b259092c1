"""One event for an operator: the channel before and after it, what it says on the sockets, and whom
it concerned."""

from uuid import UUID

from domain.channel import CHANNEL_TOPICS
from domain.channel_repository import Change, ChannelAt
from domain.errors import NotFound
from persistence.log.log_search import LogSearch, Wanted
from projections.emissions.emissions import Emission, emissions_of
from projections.representations import channel_model
from projections.views.channel_past import ChannelPast
from projections.views.log_entries import LogEntries
from projections.views.member_page import member_page
from transport.delivery.live_delivery import Delivery
from transport.operator.answers.concerned import ChannelState, EventAnswer, Memory, Said
from transport.operator.audiences import Asked, AudiencePage, Audiences
from transport.operator.moments import moment
from transport.operator.questions import Told

SHOWN_MEMBERS = 50


class EventAnswers:
    """Every method raises Unavailable and UndecodableEvent."""

    def __init__(
        self,
        search: LogSearch,
        entries: LogEntries,
        past: ChannelPast,
        audiences: Audiences,
        delivery: Delivery,
    ) -> None:
        self._search = search
        self._entries = entries
        self._past = past
        self._audiences = audiences
        self._delivery = delivery

    async def answer(self, position: int, asked: Asked) -> EventAnswer:
        """The event at a position. Raises NotFound where the log has not come that far."""
        stretch = await self._search.earliest(
            Wanted(), after=position - 1, before=position + 1, limit=1
        )
        if not stretch.events:
            raise NotFound(f"there is no position {position}: the log goes up to {stretch.head}")
        logged = stretch.events[0]
        (entry,) = await self._entries.entries([logged])
        change, page, emissions = None, AudiencePage(), list[Emission]()
        if entry.unreadable is None and logged.topic in CHANNEL_TOPICS:
            assert isinstance(logged.originator_id, UUID)
            change = await self._change(logged.originator_id, logged.originator_version)
        if change is not None:
            emissions = emissions_of(change)
            page = await self._audiences.page(change, emissions, asked)
        return EventAnswer(
            event=entry,
            before=None if change is None else await self._before(change),
            after=None if change is None else channel_state(ChannelAt(change.after, position)),
            said=[_said(emission) for emission in emissions],
            concerned=page.concerned,
            next=page.next,
            memories=[_memory(id, told) for id, told in sorted(page.told.by_node.items())],
            silent=page.told.silent,
            position=stretch.head,
            log=self._delivery.lineage.log_id,
        )

    async def _change(self, stream_id: UUID, version: int) -> Change | None:
        """The change that an event is; None for an event of something else."""
        changes = await self._past.changes(stream_id, after=version - 1, upto=version)
        return changes[0] if changes else None

    async def _before(self, change: Change) -> ChannelState | None:
        if change.before is None:
            return None
        at = await self._past.at(change.before.id, change.recorded.position - 1)
        return None if at is None else channel_state(at)


def channel_state(at: ChannelAt) -> ChannelState:
    """A channel with the first of its members."""
    members = member_page(at.channel.members, limit=SHOWN_MEMBERS, after="").members
    count = len(at.channel.members)
    return ChannelState(channel_model(at), at.channel.is_deleted, members, count)


def _said(emission: Emission) -> Said:
    audience = emission.audience
    only = None if audience.only is None else len(audience.only)
    return Said(emission.event, emission.reason, only, len(audience.without))


def _memory(node_id: str, told: Told) -> Memory:
    because = "forgot" if told.has_forgotten else "started"
    return Memory(node_id, told.beyond, moment(told.since), because)
