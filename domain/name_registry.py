"""The names of a workspace: which events make a channel take a name, or give it back.

They go into the same append as the channel's own, so a channel and its name change together.
"""

from collections.abc import Sequence
from typing import Any, cast

from domain.actor import Cause
from domain.channel import Channel
from domain.channel_name import ChannelName, NameReservation, NameReserved
from domain.errors import NameTaken
from domain.event_log import DomainEvent, EventLog
from domain.identifiers import name_stream_id


class NameRegistry:
    """Decides over names, by the log as it is. Both methods raise Unavailable."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def reserve(self, cause: Cause, channel: Channel) -> Sequence[DomainEvent]:
        """What makes the channel take its name. Raises NameTaken."""
        held = await self._reservation(channel.workspace_id, ChannelName(channel.name))
        if held is None:
            return first_reservation(cause, channel)
        if held.channel_id == channel.id:
            return []  # somebody was quicker with the same: the append finds the channel moved on
        if held.channel_id is not None:
            raise NameTaken(f"a channel named {channel.name!r} exists in this workspace")
        held.reserve_again(channel.id, cause.actor.user_id, cause.correlation_id)
        return held.collect_events()

    async def follow(
        self, cause: Cause, before: ChannelName, channel: Channel
    ) -> Sequence[DomainEvent]:
        """What a channel that had the name `before` gives back and takes now. Raises NameTaken."""
        is_renamed = before.key != ChannelName(channel.name).key
        events: list[DomainEvent] = []
        if is_renamed or channel.is_deleted:
            held = await self._reservation(channel.workspace_id, before)
            # Somebody may have been quicker; the append then finds the channel moved on.
            if held is not None and held.channel_id == channel.id:
                held.release(cause.actor.user_id, cause.correlation_id)
                events.extend(held.collect_events())
        if is_renamed and not channel.is_deleted:
            events.extend(await self.reserve(cause, channel))
        return events

    async def _reservation(self, workspace_id: str, name: ChannelName) -> NameReservation | None:
        reservation = None
        for recorded in await self._log.read_stream(name_stream_id(workspace_id, name.key)):
            reservation = cast(NameReservation | None, recorded.event.mutate(reservation))
        return reservation


def first_reservation(cause: Cause, channel: Channel) -> Sequence[DomainEvent]:
    """What makes the channel take its name, if nobody ever had it."""
    workspace_id, key = channel.workspace_id, ChannelName(channel.name).key
    # The event by itself: nobody needs the reservation that it would make. mypy does not see the
    # fields, of which the library makes its parameters.
    reserved: NameReservation.Created = cast(Any, NameReserved)(
        originator_id=NameReservation.create_id(workspace_id, key),
        originator_version=NameReservation.INITIAL_VERSION,
        originator_topic=NameReservation.TOPIC,
        timestamp=NameReserved.create_timestamp(),
        workspace_id=workspace_id,
        key=key,
        channel_id=channel.id,
        actor_id=cause.actor.user_id,
        correlation_id=cause.correlation_id,
    )
    return [reserved]
