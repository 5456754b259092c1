"""The changes along the log: each event of a channel with the channel before and after it.

Whoever goes through the log in order finds the channel before an event where the event before left
it; only the first event of a channel that is met asks for the channel's stream.
"""

from collections import OrderedDict
from uuid import UUID

from domain.channel import Channel
from domain.channel_repository import Change, ChannelRepository, changes
from domain.event_log import RecordedEvent
from persistence.database.availability import retrying_while_away

DEFAULT_SIZE = 2_048


class ChannelChanges:
    """Keeps the state of at most `size` channels, each as of the latest event that was met."""

    def __init__(self, channels: ChannelRepository, size: int = DEFAULT_SIZE) -> None:
        self._channels = channels
        self._size = size
        self._met: OrderedDict[UUID, Channel] = OrderedDict()

    def forget(self) -> None:
        """Read every channel anew: the log may have lost its end."""
        self._met.clear()

    def is_at_hand(self, recorded: RecordedEvent) -> bool:
        """Whether `change_of` answers at once, without waiting for anything."""
        event = recorded.event
        return (
            not isinstance(event, Channel.Event)
            or event.originator_version == 1
            or self._left_before(event) is not None
        )

    async def change_of(self, recorded: RecordedEvent) -> Change | None:
        """The change that an event is; None if it is not a channel's.

        Waits while the database is away.
        """
        event = recorded.event
        if not isinstance(event, Channel.Event):
            return None
        before = await self._before(event)
        (change,) = changes(before, [recorded])
        self._met[event.originator_id] = change.after
        self._met.move_to_end(event.originator_id)
        if len(self._met) > self._size:
            self._met.popitem(last=False)
        return change

    async def _before(self, event: Channel.Event) -> Channel | None:
        if event.originator_version == 1:
            return None
        if (left := self._left_before(event)) is not None:
            return left
        async for attempt in retrying_while_away():
            with attempt:
                version = event.originator_version - 1
                before = await self._channels.as_of(event.originator_id, version)
        return before

    def _left_before(self, event: Channel.Event) -> Channel | None:
        """The channel as the event before left it, if that one was met."""
        met = self._met.get(event.originator_id)
        return met if met is not None and met.version == event.originator_version - 1 else None
