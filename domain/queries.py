"""The queries: what an actor asks to see of one channel, answered from its stream as it is now.

The commands ask here too for the channel that they are about, so what an actor may not see, no
command of theirs can reach. Lists of channels are answered by the projections.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.actor import Actor
from domain.channel import channel_not_found
from domain.channel_repository import Change, ChannelAt, ChannelRepository, fold_changes
from domain.event_log import EventLog
from domain.visibility import may_see, may_see_change


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """The channel that a command or a query is about; `versions` are those that the caller of a
    command accepts, None where any will do."""

    workspace_id: str
    channel_id: UUID
    versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A list page of what happened to a channel; `next` is the version after which the following
    one begins, or None at the end."""

    changes: list[Change]
    next: int | None


class ChannelQueries:
    """What an actor may ask to see. Every method raises DomainErrors and nothing else."""

    def __init__(self, log: EventLog, channels: ChannelRepository) -> None:
        self._log = log
        self._channels = channels

    async def channel(self, actor: Actor, ref: ChannelRef) -> ChannelAt:
        """The channel as the log has it now. Raises Forbidden, NotFound, Unavailable."""
        actor.role_in(ref.workspace_id)
        at = await self._channels.find(ref.channel_id)
        if (
            at is None
            or at.channel.workspace_id != ref.workspace_id
            or not may_see(actor.user_id, at.channel)
        ):
            raise channel_not_found(ref.channel_id)
        return at

    async def history(
        self, actor: Actor, ref: ChannelRef, *, after: int, limit: int
    ) -> HistoryPage:
        """What happened to the channel at the `limit` versions beyond `after`.

        What happened while it was private is for its members alone, also once it is public.
        Raises Forbidden, NotFound, Unavailable.
        """
        at = await self.channel(actor, ref)
        channel = at.channel
        if after >= channel.version:
            return HistoryPage([], None)
        before = await self._channels.as_of(ref.channel_id, after)
        last = min(after + limit, channel.version)
        stream = await self._log.read_stream(
            ref.channel_id, after=after, upto=last, as_of=at.position
        )
        found = fold_changes(before, stream)
        return HistoryPage(
            [each for each in found if may_see_change(actor.user_id, each, channel)],
            last if last < channel.version else None,
        )
