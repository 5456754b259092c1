"""The channel list as it was, for `?at=` and `kanal channels`: list pages at any position, computed
from the log when they are asked for.

The channels of a workspace are gone through in the order of their creation, and each is folded up
to the position, a bounded number of events in each turn of the event loop.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from uuid import UUID

from domain.channel import ChannelCreated
from domain.channel_repository import ChannelAt, fold_channel
from domain.errors import Invalid
from domain.event_log import RecordedEvent
from domain.visibility import may_see
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from projections.channel_list.reader import ChannelPage
from projections.representations import channel_model

LOOKED_THROUGH = 500
"""Events of the workspace that one query searches for the next channels."""

TOGETHER = 25
"""Channels that are folded together."""

TURN_EVENTS = 50
"""Events that are read and folded in one turn of the event loop."""


class PastChannels:
    """Computes list pages of the past."""

    def __init__(self, log: PostgresEventLog, stored: StoredEvents) -> None:
        self._log = log
        self._stored = stored

    async def page(
        self, workspace_id: str, user_id: str | None, *, at: int, limit: int, after: int
    ) -> ChannelPage:
        """The page of the channel list as of the position `at`: of the channels that a user could
        see then, or of all with None.

        Raises Invalid where the log has not come that far, Unavailable, UndecodableEvent.
        """
        head = await self._stored.head()
        if at > head:
            raise Invalid(f"at must not be beyond the head of the log, which is at {head}")
        found: list[tuple[int, ChannelAt]] = []
        going_through = aclosing(self._channels(workspace_id, after=after, upto=at))
        async with going_through as channels:
            async for created_at, state in channels:
                channel = state.channel
                if may_see(user_id, channel) if user_id is not None else not channel.is_deleted:
                    found.append((created_at, state))
                    if len(found) > limit:
                        break
        return ChannelPage(
            channels=[channel_model(state) for _, state in found[:limit]],
            next=found[limit - 1][0] if len(found) > limit else None,
            position=at,
            log_id=(await self._stored.lineage()).log_id,
        )

    async def position_of(self, moment: datetime) -> int:
        """The last position whose event was recorded at the moment or before; 0 if none was.

        The clocks of two nodes may differ, so positions are only nearly in the order of the
        timestamps. Where several positions fit near the moment, it may be any of them. Raises
        Unavailable, UndecodableEvent.
        """
        position, beyond = 0, await self._stored.head() + 1
        while beyond - position > 1:
            middle = (position + beyond) // 2
            (recorded,) = await self._log.read_all(after=middle - 1, limit=1)
            if recorded.event.timestamp <= moment:
                position = middle
            else:
                beyond = middle
        return position

    async def _channels(
        self, workspace_id: str, *, after: int, upto: int
    ) -> AsyncGenerator[tuple[int, ChannelAt], None]:
        """The channels created at positions in (after, upto], each as of `upto`, with the position
        of its creation."""
        while after < upto:
            begun = await self._stored.select_begun(
                workspace_id, ChannelCreated.TOPIC, after=after, upto=upto, limit=LOOKED_THROUGH
            )
            for first in range(0, len(begun.streams), TOGETHER):
                together = begun.streams[first : first + TOGETHER]
                states = await self._fold([stream_id for _, stream_id in together], upto)
                for position, stream_id in together:
                    yield position, states[stream_id]
            after = begun.looked_upto

    async def _fold(self, stream_ids: Sequence[UUID], upto: int) -> dict[UUID, ChannelAt]:
        """The channels as of a position, by id."""
        states: dict[UUID, ChannelAt] = {}
        versions = dict.fromkeys(stream_ids, 0)
        while versions:
            limit = max(TURN_EVENTS // len(versions), 1)
            parts: dict[UUID, list[RecordedEvent]] = {}
            for recorded in await self._log.read_newer(versions, upto=upto, limit=limit):
                parts.setdefault(recorded.event.originator_id, []).append(recorded)
            versions = {}
            for stream_id, part in parts.items():
                state = fold_channel(part, states.get(stream_id))
                assert state is not None
                states[stream_id] = state
                if len(part) == limit:
                    versions[stream_id] = state.channel.version
        return states
