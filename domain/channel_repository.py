"""The repository of channels: folds them from their streams for commands and queries, and caches
those that were used last.

A cached channel may be behind: each use reads the later events of its stream. For a channel with
ten thousand members that is one row in place of ten thousand.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import cast
from uuid import UUID

import msgspec

from domain.channel import Channel
from domain.event_log import EventLog, RecordedEvent

DEFAULT_SIZE = 2_048


class ChannelAt(msgspec.Struct, frozen=True):
    """A channel as of a position of the log: that of its latest event."""

    channel: Channel
    position: int


class Change(msgspec.Struct, frozen=True):
    """One event of a channel, with the channel before it (None where it begins) and after it."""

    before: Channel | None
    recorded: RecordedEvent
    after: Channel


class ChannelRepository:
    """Finds channels, and caches at most `size` of them."""

    def __init__(self, log: EventLog, size: int = DEFAULT_SIZE) -> None:
        self._log = log
        self._size = size
        self._kept: OrderedDict[UUID, ChannelAt] = OrderedDict()

    def forget(self) -> None:
        """Drop what is cached: the log is in another epoch from here on."""
        self._kept = OrderedDict()

    async def find(self, channel_id: UUID) -> ChannelAt | None:
        """A copy of the channel as of now, which the caller may change; None if there never was
        one.

        Raises Unavailable.
        """
        # If `forget` is called meanwhile, the result goes into the dropped cache, not the new one.
        all_kept = self._kept
        kept = all_kept.get(channel_id)
        if kept is None:
            at = fold_channel(await self._log.read_latest(channel_id))
        else:
            newer = await self._log.read_stream(channel_id, after=kept.channel.version)
            at = fold_channel(newer, kept)
        if at is None:
            return None
        all_kept[channel_id] = at
        all_kept.move_to_end(channel_id)
        if len(all_kept) > self._size:
            all_kept.popitem(last=False)
        return ChannelAt(at.channel.copy(), at.position)

    async def as_of(self, channel_id: UUID, version: int) -> Channel | None:
        """The channel as it was at a version; None before its first. Raises Unavailable."""
        at = fold_channel(await self._log.read_latest(channel_id, upto=version))
        return at.channel if at is not None else None


def fold_channel(
    stream: Sequence[RecordedEvent], since: ChannelAt | None = None
) -> ChannelAt | None:
    """The channel after the next events of its stream; `since` is not changed. None for a stream of
    something else."""
    if not stream:
        return since
    channel = since.channel.copy() if since is not None else None
    for recorded in stream:
        channel = cast(Channel | None, recorded.event.mutate(channel))
    if not isinstance(channel, Channel):
        return None  # the stream of something else
    return ChannelAt(channel, stream[-1].position)


def fold_newer(channels: dict[UUID, Channel], newer: Iterable[RecordedEvent]) -> None:
    """Bring channels, by their ids, to what events after the latest of each have made of them."""
    for recorded in newer:
        id = recorded.event.originator_id
        at = fold_channel([recorded], ChannelAt(channels[id], recorded.position))
        assert at is not None
        channels[id] = at.channel


def fold_changes(before: Channel | None, stream: Sequence[RecordedEvent]) -> Iterator[Change]:
    """The next events of a channel's stream, each with the channel before and after it."""
    for recorded in stream:
        change = fold_change(before, recorded)
        yield change
        before = change.after


def fold_change(before: Channel | None, recorded: RecordedEvent) -> Change:
    """The next event of a channel's stream, with the channel before and after it."""
    after = cast(Channel, recorded.event.mutate(before.copy() if before is not None else None))
    return Change(before, recorded, after)
