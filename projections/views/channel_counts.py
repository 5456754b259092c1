"""The channel counts: how many channels each workspace has, so that it gets no more than it may.

A workspace is counted in the log when it first creates a channel here. After that only what was
appended since is counted, once a second at most, and what this node creates meanwhile, or is about
to, is added. So
the limit costs a command nothing, and where several nodes create at once, a workspace may get as
many too many as the others create in a second.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from domain.channel import ChannelCreated, ChannelDeleted
from persistence.log.stored_events import StoredEvents

MAX_AGE = 1.0
"""Seconds for which a count is used."""

FULL_MAX_AGE = 0.1
"""Seconds for which a workspace without room is full: a deleted channel soon makes room."""

MAX_WORKSPACES = 10_000
"""Whose counts are kept."""


@dataclass(slots=True)
class _Count:
    channels: int = 0
    upto: int = 0
    """The position up to which the log was counted."""
    created: int = 0
    """Channels since then, of this node."""
    begun: int = 0
    """Channels of this node of which it is not known yet whether they will be created."""
    counted_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def total(self) -> int:
        return self.channels + self.created + self.begun


class ChannelCounts:
    """Counts channels, and knows how many a workspace may have."""

    def __init__(self, stored: StoredEvents, *, most: int) -> None:
        self._stored = stored
        self._most = most
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def forget(self) -> None:
        """Count anew: the log is in another epoch from here on."""
        self._counts = OrderedDict()

    async def take(self, workspace_id: str) -> bool:
        """Whether the workspace may have one more channel; it counts as one until it is `settled`.
        Raises Unavailable."""
        count = self._counts.get(workspace_id)
        if count is None:
            count = self._counts[workspace_id] = _Count()
            if len(self._counts) > MAX_WORKSPACES:
                self._counts.popitem(last=False)
        is_full = count.total >= self._most
        if time.monotonic() - count.counted_at > (FULL_MAX_AGE if is_full else MAX_AGE):
            await self._refresh(workspace_id, count)
        if count.total >= self._most:
            return False
        count.begun += 1
        return True

    def settled(self, workspace_id: str, *, is_created: bool) -> None:
        """Say what has become of a channel that there was room for."""
        count = self._counts.get(workspace_id)
        if count is not None and count.begun:  # else it was forgotten meanwhile
            count.begun -= 1
            count.created += is_created

    async def _refresh(self, workspace_id: str, count: _Count) -> None:
        """Count what was appended since; one of those who need it, at a time."""
        is_first, before = not count.upto, count.counted_at
        if count.lock.locked() and not is_first:
            return
        async with count.lock:
            if count.counted_at > before:
                return
            created = count.created
            more, upto = await self._stored.count_begun(
                workspace_id, ChannelCreated.TOPIC, ChannelDeleted.TOPIC, after=count.upto
            )
            count.channels += more
            count.upto = max(upto, count.upto)
            count.created -= created
            count.counted_at = time.monotonic()
