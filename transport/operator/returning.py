"""Returning: what a client is told that comes back with the latest position that its user was
sent, as things are now."""

from collections.abc import Iterable, Sequence

from domain.actor import Actor, Role
from domain.channel_repository import Change, ChannelRepository
from domain.visibility import may_see
from projections.emissions.emissions import Emission
from projections.views.channel_past import ChannelPast
from transport.delivery.claims import Claim, is_shared
from transport.delivery.live_delivery import Delivery
from transport.delivery.resume_check import ResumeCheck
from transport.operator.answers.concerned import Away
from transport.operator.outcomes import Known, is_gone


class Returning:
    """Raises Unavailable."""

    def __init__(
        self,
        channels: ChannelRepository,
        past: ChannelPast,
        delivery: Delivery,
        resume: ResumeCheck,
    ) -> None:
        self._channels = channels
        self._past = past
        self._delivery = delivery
        self._resume = resume

    async def told(
        self, change: Change, user_id: str, known: Iterable[Known], heard: Sequence[Emission]
    ) -> Away | None:
        """What becomes of a change for a user who was away; None for who was never connected."""
        workspace_id = change.after.workspace_id
        connections = [
            each.connection for each in known if workspace_id in each.connection.workspaces
        ]
        if not connections:
            return None
        last = max(connections, key=lambda each: each.upto)
        claim, lineage = Claim(last.upto, last.log), self._delivery.lineage
        actor = Actor(user_id, dict.fromkeys(last.workspaces, Role.USER))
        recovered = await self._resume.can_resume(claim, actor, lineage)
        because = None
        if not recovered:
            because = "too-far-behind" if is_shared(claim, lineage) else "other-log"
        at = await self._channels.find(change.after.id)
        sees = at is not None and may_see(user_id, at.channel)
        if is_gone(heard) and not sees:
            seen = await self._past.seen_by(change.after.id, user_id)
            position = change.recorded.position
            sees = any(each.start <= last.upto and each.until == position for each in seen)
        return Away(last.upto, recovered, because, will_hear=recovered and sees)
