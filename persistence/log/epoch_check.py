"""The epoch check: whether a connection leads to the log that this process follows.

It is made of each new connection before anybody appends or reads over it, and of the listening one
every few seconds.

    same place, same server start         the log as it was
    same place, the server was restarted  the log as it was, where that was watched and nothing lost
    anything else                         a new epoch, under the lock of the head row

A process that has followed the log compares the events that it saw last with what is there now. A
process that has just started has seen nothing: to it, each start of the server begins an epoch,
since a cold copy that was put back looks just like a restart. That costs nobody anything: all who
have seen no more than is there go on from where they are.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from persistence.database.availability import ServerNotReady
from persistence.database.pool import Connection
from persistence.log.epochs import GREATEST, Lineage, read_lineage
from persistence.log.seen_events import SeenEvents, as_event
from persistence.read_models.models import ReadModel, drop_schema

logger = logging.getLogger(__name__)


WATCHED = 10.0
"""Seconds before a start of the server in which a process has looked at the log, if it is to say
that nobody else has seen more of it: it looks every two, and a server that stops needs some."""


@dataclass(frozen=True, slots=True)
class EpochChange:
    """Another epoch goes on where the one that was followed ended, or before."""

    lineage: Lineage
    shared: int
    """The last position that both have in common."""
    seen: int
    """The last position that this process had seen."""

    @property
    def is_loss(self) -> bool:
        """Whether something that was seen is no more."""
        return self.seen > self.shared


class EpochCheck:
    """What this process knows of the log's epochs; `changed` is called when another one goes on.

    Of a process that does not check any connection there is no lineage.
    """

    def __init__(self, changed: Callable[[EpochChange], None] = lambda _: None) -> None:
        self._changed = changed
        self.lineage: Lineage | None = None
        self.seen = SeenEvents()
        self._place: tuple[int | None, str | None] = (None, None)
        """The system identifier and the timeline of the server that the log was followed at."""
        self._settling = asyncio.Lock()
        self._looked_at = float("-inf")
        """When a connection led to the log that is followed, by the monotonic clock."""

    @property
    def epoch(self) -> UUID | None:
        """The id of the epoch that is followed."""
        return self.lineage.epochs[-1].id if self.lineage is not None else None

    @property
    def is_due(self) -> bool:
        """Whether connections are to be checked that have been checked before."""
        return self.seen.is_contradicted and self.lineage is not None

    async def check(self, connection: Connection) -> None:
        """Return where the connection leads to the log that is followed from here on.

        Raises ServerNotReady where it leads to a server that the log has moved on from.
        """
        if self.is_due or not await self._is_as_known(connection):
            async with self._settling:
                await self._settle(connection)
        self._looked_at = time.monotonic()

    async def _is_as_known(self, connection: Connection) -> bool:
        found = await _look(connection)
        return (
            found["log_id"] == self.epoch
            and found["is_same_place"]
            and found["is_same_start"]
            and await self.seen.is_last_there(connection)
        )

    async def _settle(self, connection: Connection) -> None:
        """Find out what the log is now; begin an epoch where nobody has yet."""
        known = self.lineage
        async with connection.transaction():
            await connection.execute("SELECT FROM log_head FOR UPDATE")
            found = await _look(connection)
            lineage, head = await read_lineage(connection), found["position"]
            if known is not None and lineage != known and lineage.comes_before(known):
                self._refuse_left_behind(found)
            # Beyond what both have in common it is no news that something is missing.
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
        """Whether this process followed the log until the server stopped that is up for so long."""
        return time.monotonic() - self._looked_at - uptime < WATCHED

    def _refuse_left_behind(self, found: asyncpg.Record) -> None:
        """Raise where a server has the log without the epochs that were followed, and is no copy of
        it that somebody has put in its place: a primary of before, for instance."""
        system, timeline = self._place
        is_older = found["system_identifier"] == system and (found["timeline"] or "") < (
            timeline or ""
        )
        if is_older or (found["is_same_place"] and found["is_same_start"]):
            raise ServerNotReady("the server has the log as it was before: it is an old primary")

    def _follow(self, lineage: Lineage, last: asyncpg.Record | None) -> None:
        """Follow a log from here on, and tell of it where it is another than before."""
        known, upto = self.lineage, self.seen.last
        if known == lineage:
            self.seen.is_contradicted = False  # what was seen is there again
            return
        self.lineage, self.seen = lineage, SeenEvents()
        if last is not None:
            self.seen.add(last["position"], as_event(*last[1:]))
        if known is not None:
            self._changed(EpochChange(lineage, min(lineage.shared_with(known), upto), upto))


async def _look(connection: Connection) -> asyncpg.Record:
    row = await connection.fetchrow(_LOOK)
    if row is None:
        raise ServerNotReady("the log has no head row")
    return row


async def _begin_epoch(connection: Connection, number: int, first: int) -> None:
    """Begin an epoch at a position, in the caller's transaction; read models that reflect more than
    is before it are no more."""
    await connection.execute(_BEGIN_EPOCH, number, first)
    ahead = await connection.fetch(
        "DELETE FROM checkpoints WHERE position >= $1 RETURNING name, version", first
    )
    for name, version in ahead:
        await drop_schema(connection, ReadModel(name, version).schema)
        logger.warning("%s version %d reflected what is no more: it is built anew", name, version)
    logger.info("epoch %d of the log begins at position %d", number, first)


_LOOK = """
SELECT h.log_id, h.position, p.system_identifier, p.timeline,
    extract(epoch FROM clock_timestamp() - p.server_started_at)::float8 AS uptime,
    e.database IS NULL AND h.position = 0 AND e.number = 1 AS is_pristine,
    (e.system_identifier, e.timeline, e.database, e.log_file)
        IS NOT DISTINCT FROM (p.system_identifier, p.timeline, p.database, p.log_file)
        AS is_same_place,
    e.server_started_at IS NOT DISTINCT FROM p.server_started_at AS is_same_start
FROM log_head AS h, log_place() AS p,
    LATERAL (SELECT * FROM log_epochs ORDER BY number DESC LIMIT 1) AS e
"""

_SET_PLACE = """
UPDATE log_epochs AS e
SET (system_identifier, timeline, database, log_file, server_started_at) =
    (p.system_identifier, p.timeline, p.database, p.log_file, p.server_started_at)
FROM log_place() AS p
WHERE e.number = (SELECT max(number) FROM log_epochs)
"""

_BEGIN_EPOCH = """
WITH begun AS (
    INSERT INTO log_epochs (
        number, id, first_position,
        system_identifier, timeline, database, log_file, server_started_at
    )
    SELECT $1, gen_random_uuid(), $2, p.* FROM log_place() AS p
    RETURNING id
)
UPDATE log_head SET log_id = begun.id FROM begun
"""

_SELECT_LAST = """
SELECT notification_id AS position, originator_id, originator_version, state
FROM stored_events WHERE notification_id = (SELECT position FROM log_head)
"""
