"""The change reader: makes changes of the events along the log, each with the channel before and
after it. Delivery and replay pages read through one, and give what it answers to the emissions.

In the order of the log, the channel before an event is where the event before left it. So it keeps
those channels, and only the first event of a channel that it meets costs a read of the stream.
"""

from collections import OrderedDict
from uuid import UUID

from domain.channel import Channel
from domain.channel_repository import Change, ChannelRepository, fold_change
from domain.event_log import RecordedEvent
from persistence.database.availability import retrying_while_away

DEFAULT_SIZE = 2_048


class ChangeReader:
    """Keeps at most `size` channels, each as of the latest event of it that was read."""

    def __init__(
        self, channels: ChannelRepository, size: int = DEFAULT_SIZE, *, waits: bool = True
    ) -> None:
        """`waits` for a database that is away, unless whoever reads is to hear of it."""
        self._channels = channels
        self._size = size
        self._waits = waits
        self._latest: OrderedDict[UUID, Channel] = OrderedDict()

    def forget(self) -> None:
        """Read every channel anew: the log may have lost its end."""
        self._latest = OrderedDict()  # who reads meanwhile fills the other one

    def is_at_hand(self, recorded: RecordedEvent) -> bool:
        """Whether `read` returns for this event without waiting for anything."""
        event = recorded.event
        return (
            not isinstance(event, Channel.Event)
            or event.originator_version == 1
            or self._kept_before(event) is not None
        )

    async def read(self, recorded: RecordedEvent) -> Change | None:
        """The change that an event is; None if it is not an event of a channel.

        Waits while the database is away, or raises Unavailable.
        """
        event = recorded.event
        if not isinstance(event, Channel.Event):
            return None
        latest, before = self._latest, None
        if event.originator_version > 1:
            before = self._kept_before(event) or await self._read_before(event)
        change = fold_change(before, recorded)
        latest[event.originator_id] = change.after
        if before is not None:
            latest.move_to_end(event.originator_id)
        if len(latest) > self._size:
            latest.popitem(last=False)
        return change

    async def _read_before(self, event: Channel.Event) -> Channel | None:
        channel_id, version = event.originator_id, event.originator_version - 1
        if not self._waits:
            return await self._channels.as_of(channel_id, version)
        async for attempt in retrying_while_away():
            with attempt:
                before = await self._channels.as_of(channel_id, version)
        return before

    def _kept_before(self, event: Channel.Event) -> Channel | None:
        """The channel as the event before left it, if it is kept."""
        kept = self._latest.get(event.originator_id)
        return kept if kept is not None and kept.version == event.originator_version - 1 else None
