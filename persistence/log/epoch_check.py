"""The epoch check: whether a connection leads to the log that this process follows, and if not,
whether a new epoch begins.

Each new connection is checked before its first use, the listening one every two seconds.

    same place, same server start         the same epoch
    same place, the server was restarted  the same epoch, if this process was there until the stop
                                          and finds everything that it had seen
    anything else                         a new epoch, begun under the lock of the head row

A process that follows the log compares the events that it saw last with those that are there now. A
process that has just started has seen none, and a cold copy of the data directory that was put back
looks to it like a restart. So it begins an epoch after each start of the server. No client loses
anything by that: who has seen no more than the log holds resumes.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from eventsourcing.persistence import Notification

from domain.errors import Unavailable
from persistence.database.availability import ServerNotReady
from persistence.database.pool import Connection
from persistence.database.statements import statement
from persistence.log.epochs import GREATEST, Lineage, read_lineage
from persistence.log.seen_events import SeenEvents, as_event
from persistence.read_models.models import ReadModel, drop_schema

logger = logging.getLogger(__name__)


WATCHED = 10.0
"""Seconds between the last check of a connection and a start of the server, within which this
process vouches that nobody has seen more of the log. It checks every two, and a server takes some
to stop."""

_SELECT_PLACE = statement(__file__, "select_server_of_log")
_SET_PLACE = statement(__file__, "set_server_of_log")
_BEGIN_EPOCH = statement(__file__, "begin_epoch")
_SELECT_LAST = """
SELECT notification_id AS position, originator_id, originator_version, state
FROM stored_events WHERE notification_id = (SELECT position FROM log_head)
"""


@dataclass(frozen=True, slots=True)
class EpochChange:
    """Another epoch than the one that was followed goes on, from the end of that one or before
    it."""

    lineage: Lineage
    shared: int
    """The last position that both have in common."""
    seen: int
    """The last position that this process had seen."""

    @property
    def is_loss(self) -> bool:
        """Whether an event that this process had seen is lost."""
        return self.seen > self.shared


class EpochCheck:
    """The epochs of the log as this process knows them; `changed` is called when another one goes
    on.

    There is no lineage before the first connection was checked.
    """

    def __init__(self, changed: Callable[[EpochChange], None] = lambda _: None) -> None:
        self._changed = changed
        self.lineage: Lineage | None = None
        self.seen = SeenEvents()
        self._place: tuple[int | None, str | None] = (None, None)
        """The system identifier and the timeline of the server whose log is followed."""
        self._settling = asyncio.Lock()
        self._looked_at = float("-inf")
        """When a connection passed the check last, by the monotonic clock."""

    @property
    def epoch(self) -> UUID | None:
        """The id of the epoch that is followed; None before the first check."""
        return self.lineage.epochs[-1].id if self.lineage is not None else None

    @property
    def is_due(self) -> bool:
        """Whether connections that have passed the check must be checked again."""
        return self.seen.is_contradicted and self.lineage is not None

    def follow(self, seen: SeenEvents, found: Sequence[Notification], *, after: int) -> None:
        """Note events that were read beyond a position; among them is the one at it, if that was
        seen. Raises Unavailable where they do not follow on what was `seen` when they were asked
        for: the log is then in another epoch, which the next check of a connection finds."""
        if after in seen and (not found or found[0].id != after):
            seen.is_contradicted = True
        for event in found[:1]:
            seen.add(event.id, event)
        if seen.is_contradicted or seen is not self.seen:
            raise Unavailable("the log is not the one that was followed")
        for event in found[1:]:
            seen.add(event.id, event)

    async def check(self, connection: Connection) -> None:
        """Check a connection. After it, the log that the connection leads to is the one followed.

        Raises ServerNotReady where it leads to an old primary.
        """
        if self.is_due or not await self._is_as_known(connection):
            async with self._settling:
                await self._settle(connection)
        self._looked_at = time.monotonic()

    async def _is_as_known(self, connection: Connection) -> bool:
        found = await _look(connection, self.seen)
        is_same = ("is_same_place", "is_same_start", "has_last_seen")
        return found["log_id"] == self.epoch and all(found[each] for each in is_same)

    async def _settle(self, connection: Connection) -> None:
        """Find out which epoch the log is in, and begin one where that is needed, under the lock of
        the head row: of several processes one begins it, and the others find it."""
        known = self.lineage
        async with connection.transaction():
            await connection.execute("SELECT FROM log_head FOR UPDATE")
            found = await _look(connection, self.seen)
            lineage, head = await read_lineage(connection), found["position"]
            if known is not None and lineage != known and lineage.comes_before(known):
                self._refuse_left_behind(found)
            # What was seen beyond the positions that both have in common is lost in any case.
            shared = GREATEST if known is None else lineage.shared_with(known)
            fork = await self.seen.agreement(connection, upto=min(head, shared))
            is_whole = fork == min(head, shared) and not head < self.seen.last <= shared
            is_vouched_for = is_whole and lineage == known and self._has_watched(found["uptime"])
            if found["is_pristine"] or (
                found["is_same_place"] and not found["is_same_start"] and is_vouched_for
            ):
                await connection.execute(_SET_PLACE)
            elif not (found["is_same_place"] and found["is_same_start"] and is_whole):
                first = (head if is_whole else fork) + 1
                await _begin_epoch(connection, len(lineage.epochs) + 1, first)
                lineage = await read_lineage(connection)
            last = await connection.fetchrow(_SELECT_LAST)
        self._place = (found["system_identifier"], found["timeline"])
        self._follow(lineage, last)

    def _has_watched(self, uptime: float) -> bool:
        """Whether this process followed the log until the stop before a start `uptime` seconds
        ago."""
        return time.monotonic() - self._looked_at - uptime < WATCHED

    def _refuse_left_behind(self, found: asyncpg.Record) -> None:
        """Raise ServerNotReady where a server that lacks the latest epochs is the old primary, and
        not a restored copy in the place of the log."""
        system, timeline = self._place
        is_older = found["system_identifier"] == system and (found["timeline"] or "") < (
            timeline or ""
        )
        if is_older or (found["is_same_place"] and found["is_same_start"]):
            raise ServerNotReady("the server has the log as it was before: it is an old primary")

    def _follow(self, lineage: Lineage, last: asyncpg.Record | None) -> None:
        """Follow the log from here on; call `changed` where it is in another epoch than before."""
        known, upto = self.lineage, self.seen.last
        if known == lineage:
            self.seen.is_contradicted = False  # only another server had other events
            return
        self.lineage, self.seen = lineage, SeenEvents()
        if last is not None:
            self.seen.add(last["position"], as_event(*last[1:]))
        if known is not None:
            self._changed(EpochChange(lineage, min(lineage.shared_with(known), upto), upto))


async def _look(connection: Connection, seen: SeenEvents) -> asyncpg.Record:
    row = await connection.fetchrow(_SELECT_PLACE, *seen.last_event)
    if row is None:
        raise ServerNotReady("the log has no head row")
    return row


async def _begin_epoch(connection: Connection, number: int, first: int) -> None:
    """Begin an epoch at a position, in the caller's transaction. Read models that reflect that
    position or later ones are dropped."""
    await connection.execute(_BEGIN_EPOCH, number, first)
    ahead = await connection.fetch(
        "DELETE FROM checkpoints WHERE position >= $1 RETURNING name, version", first
    )
    for name, version in ahead:
        await drop_schema(connection, ReadModel(name, version).schema)
        logger.warning("%s version %d reflected what is no more: it is built anew", name, version)
    logger.info("epoch %d of the log begins at position %d", number, first)
