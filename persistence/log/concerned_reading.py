"""The reading of the log by those followers of a node whom only some workspaces concern: delivery,
and the follower of revocations.

Where the next events concern nobody here, they are passed over: Postgres sums them up, and they are
neither sent nor decoded. Where one of them does, all are read as they are.
"""

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

from domain.access import ACCESS_TOPICS
from domain.channel import ChannelCreated
from domain.channel_name import NAME_TOPICS
from persistence.database.pool import Database
from persistence.database.statements import statement
from persistence.log.concern import Concern, Passed
from persistence.log.epoch_check import EpochCheck
from persistence.log.lazy_event import LazyEvent
from persistence.log.logged_event import COLUMNS, logged_event
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.wakeup import Wakeup

OUTLINE = 10_000
"""Positions that are summed up at once."""

_SELECT_OUTLINE = statement(__file__, "select_outline")
_SELECT_ENDS = f"""
SELECT {COLUMNS} FROM stored_events WHERE notification_id IN ($1, $2) ORDER BY notification_id
"""

_CHANGE_NOTHING = [*NAME_TOPICS, *ACCESS_TOPICS, ChannelCreated.TOPIC]
"""Topics of events that change no channel that was there."""


class ConcernedReading:
    """Reads the log for a node, by what concerns it."""

    def __init__(
        self,
        database: Database,
        log: PostgresEventLog,
        epochs: EpochCheck,
        wakeup: Wakeup,
        concern: Concern,
    ) -> None:
        self._database = database
        self._log = log
        self._epochs = epochs
        self._wakeup = wakeup
        self._concern = concern
        self._passed = Passed(0, 0, {}, -1)
        """What was passed over last: the other follower passes over the same."""
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._passed = Passed(0, 0, {}, -1)

    async def read(self, *, after: int, limit: int) -> Sequence[LazyEvent | Passed]:
        """At most `limit` events at positions beyond `after`, in order, or what was passed over
        there. Raises Unavailable."""
        if self._wakeup.concerned_upto <= after and not self._log.has_read(after + 1):
            async with self._reading.setdefault(after, asyncio.Lock()):
                found = await self._outline(after)
            if found is not None:
                return found
        return await self._log.read_lazily(after=after, limit=limit)

    async def _outline(self, after: int) -> Sequence[Passed] | None:
        """What is passed over, if anything is there; None where something concerns us."""
        joined, last = self._concern.joined, self._passed
        if (last.first, last.joined) == (after + 1, joined):
            return [last]
        seen = self._epochs.seen
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                _SELECT_OUTLINE, after, OUTLINE, _CHANGE_NOTHING, list(ACCESS_TOPICS)
            )
            position = max((row["position"] for row in rows), default=after)
            ends = await connection.fetch(_SELECT_ENDS, after, position) if rows else []
        if not rows:
            return []
        is_whole = sum(row["events"] for row in rows) == position - after
        if not is_whole or any(
            row["concerns_all"] or self._concern.are_in(row["workspace_id"]) for row in rows
        ):
            return None
        self._epochs.follow(seen, [logged_event(row) for row in ends], after=after)
        changed = {row["workspace_id"]: row["changed"] for row in rows if row["changed"]}
        self._passed = Passed(after + 1, position, changed, joined)
        return [self._passed]
