"""One channel as it was, for operators: its state as of a position, its whole history, and when a
user could see it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.channel import Channel
from domain.channel_repository import Change, ChannelAt, ChannelRepository, fold_changes
from domain.event_log import EventLog, RecordedEvent
from domain.visibility import may_see

READ_TOGETHER = 500
"""Events of the stream."""

TURN_EVENTS = 100
"""Events that are folded in one turn of the event loop."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A user could see a channel from one position on, up to before another; None: until now."""

    start: int
    until: int | None


class Versions(Protocol):
    """Finds out how far streams were."""

    async def version_at(self, stream_id: UUID, position: int) -> int:
        """The version of a stream as of a position; 0 where it had not begun. Raises
        Unavailable."""
        ...


class ChannelPast:
    """Every method raises Unavailable and UndecodableEvent."""

    def __init__(self, log: EventLog, versions: Versions, channels: ChannelRepository) -> None:
        self._log = log
        self._versions = versions
        self._channels = channels

    async def at(self, channel_id: UUID, position: int) -> ChannelAt | None:
        """The channel as of a position, also a deleted one; None where it was not there."""
        version = await self._versions.version_at(channel_id, position)
        if not version:
            return None
        changes = await self.changes(channel_id, after=version - 1, upto=version)
        return ChannelAt(changes[0].after, changes[0].recorded.position) if changes else None

    async def changes(
        self, channel_id: UUID, *, after: int, upto: int | None = None, limit: int | None = None
    ) -> list[Change]:
        """What happened at the versions beyond `after`; nothing for what is no channel."""
        before = await self._channels.as_of(channel_id, after) if after else None
        if after and before is None:
            return []
        last = upto if limit is None else after + limit
        stream = await self._log.read_stream(channel_id, after=after, upto=last)
        if not _is_of_channel(stream):
            return []
        return list(fold_changes(before, stream))

    async def seen_by(self, channel_id: UUID, user_id: str) -> list[Seen]:
        """When a user of its workspace could see it, oldest first."""
        seen: list[Seen] = []
        since: int | None = None
        version, before = 0, None
        while True:
            stream = await self._log.read_stream(
                channel_id, after=version, upto=version + READ_TOGETHER
            )
            if not _is_of_channel(stream):
                break
            for number, change in enumerate(fold_changes(before, stream), 1):
                before, position = change.after, change.recorded.position
                sees = may_see(user_id, change.after)
                if sees and since is None:
                    since = position
                elif not sees and since is not None:
                    seen.append(Seen(since, position))
                    since = None
                if number % TURN_EVENTS == 0:
                    await asyncio.sleep(0)
            version += len(stream)
        return seen if since is None else [*seen, Seen(since, None)]


def _is_of_channel(stream: Sequence[RecordedEvent]) -> bool:
    return bool(stream) and isinstance(stream[0].event, Channel.Event)
