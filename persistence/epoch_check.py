"""The epoch check: whether a connection leads to the log that this process follows.

It is made of each new connection before anybody appends or reads over it, and of the listening one
every few seconds.

    same place, same server start         the log as it was
    same place, the server was restarted  the log as it was, if what was seen last is there still
    anything else                         a new epoch, under the lock of the head row

Who has followed the log holds the last event that was seen against what the log has there. A
process that has just started has seen nothing: to it, each start of the server begins an epoch,
since a cold copy that was put back looks just like a restart. That costs nobody anything: all who
have seen no more than is there go on from where they are.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import asyncpg
from eventsourcing.persistence import StoredEvent

from domain.errors import Unavailable
from persistence.database import Connection
from persistence.epochs import Lineage, read_lineage
from persistence.read_models import ReadModel, drop_schema

logger = logging.getLogger(__name__)

REMEMBERED = 1_000
"""Events that were found in the log at a check, for finding where it forks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was seen at a position, as it is stored."""

    position: int
    stream_id: UUID
    version: int
    state: bytes


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
        self._place: tuple[int | None, str | None] = (None, None)
        """The system identifier and the timeline of the server that the log was followed at."""
        self._seen: Seen | None = None
        self._found: deque[Seen] = deque(maxlen=REMEMBERED)
        self._settling = asyncio.Lock()

    @property
    def epoch(self) -> UUID | None:
        """The id of the epoch that is followed."""
        return self.lineage.epochs[-1].id if self.lineage is not None else None

    def saw(self, position: int, event: StoredEvent) -> None:
        """This process knows that an event is committed at a position."""
        if self._seen is None or position > self._seen.position:
            stream_id = cast(UUID, event.originator_id)
            self._seen = Seen(position, stream_id, event.originator_version, event.state)

    async def check(self, connection: Connection) -> None:
        """Return where the connection leads to the log that is followed from here on.

        Raises Unavailable where it leads to a server that the log has moved on from.
        """
        if not await self._is_as_known(connection):
            async with self._settling:
                await self._settle(connection)

    async def _is_as_known(self, connection: Connection) -> bool:
        seen = self._seen
        found = await _look(connection, seen)
        is_known = (
            found["log_id"] == self.epoch
            and found["is_same_place"]
            and found["is_same_start"]
            and (seen is None or found["is_seen_there"])
        )
        if is_known and seen is not None and (not self._found or self._found[-1] != seen):
            self._found.append(seen)
        return is_known

    async def _settle(self, connection: Connection) -> None:
        """Find out what the log is now; begin an epoch where nobody has yet."""
        known, seen = self.lineage, self._seen
        async with connection.transaction():
            await connection.execute("SELECT FROM log_head FOR UPDATE")
            found = await _look(connection, seen)
            lineage = await read_lineage(connection)
            if known is not None and lineage != known and lineage.comes_before(known):
                self._refuse_left_behind(found)
            fork = found["position"]
            if (
                known is not None
                and seen is not None
                and not found["is_seen_there"]
                # Beyond what both have in common it is no news that something is missing.
                and seen.position <= min(fork, lineage.shared_with(known))
            ):
                fork = await self._last_found(connection)
            if found["is_pristine"]:
                await connection.execute(_SET_PLACE)
            elif (
                not found["is_same_place"]
                or fork < found["position"]
                or (not found["is_same_start"] and not self._vouches(lineage, found))
            ):
                await _begin_epoch(connection, lineage, fork + 1)
                lineage = await read_lineage(connection)
            elif not found["is_same_start"]:
                await connection.execute(_SET_PLACE)
            at_head = await connection.fetchrow(_SELECT_HEAD)
        self._place = (found["system_identifier"], found["timeline"])
        self._follow(lineage, None if at_head is None else _seen(*at_head))

    def _vouches(self, lineage: Lineage, found: asyncpg.Record) -> bool:
        """Whether this process has followed the log all the while, and has seen nothing that is not
        there. Whoever has seen more begins an epoch for it when they are back."""
        return lineage == self.lineage and (self._seen is None or found["is_seen_there"])

    def _refuse_left_behind(self, found: asyncpg.Record) -> None:
        """Raise where a server has the log without the epochs that were followed, and is no copy of
        it that somebody has put in its place: a primary of before, for instance."""
        system, timeline = self._place
        is_older = found["system_identifier"] == system and (found["timeline"] or "") < (
            timeline or ""
        )
        if is_older or (found["is_same_place"] and found["is_same_start"]):
            raise Unavailable("the server has the log as it was before: it is an old primary")

    async def _last_found(self, connection: Connection) -> int:
        """The last position at which the log has what was found there at a check."""
        position: int = await connection.fetchval(
            _SELECT_LAST_FOUND,
            [each.position for each in self._found],
            [each.stream_id for each in self._found],
            [each.version for each in self._found],
            [each.state for each in self._found],
        )
        return position

    def _follow(self, lineage: Lineage, at_head: Seen | None) -> None:
        """Follow a log from here on, and tell of it where it is another than before."""
        known, seen, self.lineage = self.lineage, self._seen, lineage
        if known == lineage:
            return
        self._seen = at_head
        self._found.clear()
        if known is not None:
            upto = seen.position if seen is not None else 0
            self._changed(EpochChange(lineage, min(lineage.shared_with(known), upto), upto))


async def _look(connection: Connection, seen: Seen | None) -> asyncpg.Record:
    seen = seen or _NOTHING
    row = await connection.fetchrow(_LOOK, seen.position, seen.stream_id, seen.version, seen.state)
    if row is None:
        raise Unavailable("the log has no head row")
    return row


def _seen(position: int, stream_id: UUID, version: int, state: bytes) -> Seen:
    return Seen(position, UUID(int=stream_id.int), version, state)


async def _begin_epoch(connection: Connection, lineage: Lineage, first: int) -> None:
    """Begin an epoch at a position, in the caller's transaction; read models that reflect more than
    is before it are no more."""
    await connection.execute(_BEGIN_EPOCH, len(lineage.epochs) + 1, first)
    ahead = await connection.fetch(
        "DELETE FROM checkpoints WHERE position >= $1 RETURNING name, version", first
    )
    for name, version in ahead:
        await drop_schema(connection, ReadModel(name, version).schema)
        logger.warning("%s version %d reflected what is no more: it is built anew", name, version)
    if lineage.epochs[-1].first != first or ahead:
        logger.info("a new epoch of the log begins at position %d", first)


_NOTHING = Seen(0, UUID(int=0), 0, b"")

_LOOK = """
SELECT h.log_id, h.position, p.system_identifier, p.timeline,
    e.database IS NULL AND h.position = 0 AND e.number = 1 AS is_pristine,
    (e.system_identifier, e.timeline, e.database, e.log_table)
        IS NOT DISTINCT FROM (p.system_identifier, p.timeline, p.database, p.log_table)
        AS is_same_place,
    e.server_started_at IS NOT DISTINCT FROM p.server_started_at AS is_same_start,
    EXISTS (
        SELECT FROM stored_events
        WHERE notification_id = $1 AND originator_id = $2 AND originator_version = $3
            AND state = $4
    ) AS is_seen_there
FROM log_head AS h, log_place() AS p,
    LATERAL (SELECT * FROM log_epochs ORDER BY number DESC LIMIT 1) AS e
"""

_SET_PLACE = """
UPDATE log_epochs AS e
SET (system_identifier, timeline, database, log_table, server_started_at) =
    (p.system_identifier, p.timeline, p.database, p.log_table, p.server_started_at)
FROM log_place() AS p
WHERE e.number = (SELECT max(number) FROM log_epochs)
"""

_BEGIN_EPOCH = """
WITH begun AS (
    INSERT INTO log_epochs (
        number, id, first_position,
        system_identifier, timeline, database, log_table, server_started_at
    )
    SELECT $1, gen_random_uuid(), $2, p.* FROM log_place() AS p
    RETURNING id
)
UPDATE log_head SET log_id = begun.id FROM begun
"""

_SELECT_HEAD = """
SELECT notification_id, originator_id, originator_version, state
FROM stored_events WHERE notification_id = (SELECT position FROM log_head)
"""

_SELECT_LAST_FOUND = """
SELECT coalesce(max(position), 0)
FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bytea[])
    AS found (position, stream_id, version, state)
JOIN stored_events AS s ON s.notification_id = found.position
    AND s.originator_id = found.stream_id AND s.originator_version = found.version
    AND s.state = found.state
"""
