"""The registry of names, for the commands: the events by which a channel takes a name or releases
it.

They are appended together with the events of the channel, so both change or none.
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
    """Decides about names by their streams. Both methods raise Unavailable."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def reserve(self, cause: Cause, channel: Channel) -> Sequence[DomainEvent]:
        """The events by which a channel takes its name. Raises NameTaken."""
        held = await self._reservation(channel.workspace_id, ChannelName(channel.name))
        if held is None:
            return first_reservation(cause, channel)
        if held.channel_id == channel.id:
            return []  # by a concurrent command: the append will be a stream conflict
        if held.channel_id is not None:
            raise NameTaken(f"a channel named {channel.name!r} exists in this workspace")
        held.reserve_again(channel.id, cause.actor.user_id, cause.correlation_id)
        return held.collect_events()

    async def follow(
        self, cause: Cause, before: ChannelName, channel: Channel
    ) -> Sequence[DomainEvent]:
        """The events by which a channel that had the name `before` releases it and takes its new
        one. Raises NameTaken."""
        is_renamed = before.key != ChannelName(channel.name).key
        events: list[DomainEvent] = []
        if is_renamed or channel.is_deleted:
            held = await self._reservation(channel.workspace_id, before)
            # Else a concurrent command has released it, and the append will be a stream conflict.
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
    """The event by which a channel takes a name that no channel ever had."""
    workspace_id, key = channel.workspace_id, ChannelName(channel.name).key
    # The event alone, since nobody needs the aggregate. The library makes its parameters of the
    # fields, which mypy does not see.
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
