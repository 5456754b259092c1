"""The fenced reading, for who copies the log elsewhere: each page is read together with the id of
the log, in one statement, so that none is of a log that is in another epoch already."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from domain.errors import Unavailable
from persistence.database.pool import Connection, Database
from persistence.database.reading import Reading
from persistence.log.epochs import Lineage, read_lineage
from persistence.log.logged_event import COLUMNS, LoggedEvent, logged_event

LOOK_INTERVAL = 2.0
"""Seconds between two looks at whether the log is still the one that is read."""

_SELECT = f"""
SELECT found.*, log_head.log_id FROM log_head LEFT JOIN (
    SELECT {COLUMNS} FROM stored_events
    WHERE notification_id > $1 ORDER BY notification_id LIMIT $2
) AS found ON true
ORDER BY notification_id
"""
_SELECT_AT = f"SELECT {COLUMNS} FROM stored_events WHERE notification_id = $1"


class OtherLog(Exception):
    """The log is in another epoch than the one that was read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log is at one moment: its epochs, its head, and the event at a position, if it has
    one there."""

    lineage: Lineage
    head: int
    event: LoggedEvent | None


class FencedReading:
    """Reads the log of a database, or copies of it. Raises Unavailable."""

    def __init__(self, database: Database, copies: Reading | None = None) -> None:
        """`copies` answers for what any copy of the log has that has come so far."""
        self._database = database
        self._copies = copies or database
        self.lineage: Lineage | None = None
        """The epochs of the log, as they were when the primary was asked last."""
        self.head = 0
        """How far the log went then."""

    async def place(self, position: int) -> Place:
        """As the primary has it now."""
        async with (
            self._database.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            lineage = await read_lineage(connection)
            head = await connection.fetchval("SELECT position FROM log_head")
            row = await connection.fetchrow(_SELECT_AT, position)
        if not lineage.epochs or head is None:
            raise Unavailable("the log is not there yet")
        self.lineage, self.head = lineage, head
        return Place(lineage, head, None if row is None else logged_event(row))

    async def read(
        self, log_id: str, *, after: int, limit: int, upto: int
    ) -> Sequence[LoggedEvent]:
        """At most `limit` events beyond a position of the log with that id, where it goes up to
        `upto` at least. Raises OtherLog."""

        async def ask(connection: Connection) -> Sequence[LoggedEvent]:
            rows = await connection.fetch(_SELECT, after, limit)
            if str(rows[0]["log_id"]) != log_id:
                raise OtherLog
            return [logged_event(row[:6]) for row in rows if row["notification_id"] is not None]

        try:
            return await self._copies.read(ask, upto=upto)
        except OtherLog:  # of a copy, perhaps, that is not in the epoch yet
            return await self._database.read(ask)

    async def watch(self, log_id: str) -> NoReturn:
        """Look at the log for ever, also while nothing is appended. Raises OtherLog once it has
        another id."""
        while True:
            await asyncio.sleep(LOOK_INTERVAL)
            with suppress(Unavailable):
                if (await self.place(0)).lineage.log_id != log_id:
                    raise OtherLog
