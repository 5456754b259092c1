"""Reads of the log as it is stored: by stream, and by position in pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from eventsourcing.persistence import Notification

from persistence.database.pool import Connection, Database
from persistence.log.epochs import Lineage, read_lineage
from persistence.read_models.models import ServedModel


@dataclass(frozen=True)
class LoggedEvent(Notification):
    """A stored event at its position (`id`), and the workspace that it belongs to."""

    workspace_id: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """Streams by the positions at which they begin, and how far was looked for them."""

    streams: list[tuple[int, UUID]]
    looked_upto: int


class StoredEvents:
    """The stored events of one database, undecoded. Every method raises Unavailable."""

    def __init__(self, database: Database, snapshots: ServedModel | None = None) -> None:
        """`snapshots` has a table of that name; without it, streams are read from their start."""
        self._database = database
        self._snapshots = snapshots

    def forget(self) -> None:
        """Look again which snapshots there are."""
        if self._snapshots is not None:
            self._snapshots.forget()

    async def lineage(self) -> Lineage:
        """The epochs of this log; a position means something only together with the id of one."""
        async with self._database.acquire() as connection:
            return await read_lineage(connection)

    async def head(self) -> int:
        """The position of the latest event; 0 for an empty log."""
        async with self._database.acquire() as connection:
            position: int = await connection.fetchval("SELECT position FROM log_head")
            return position

    async def select_stream(
        self,
        stream_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[LoggedEvent]:
        """The events of a stream with versions in (gt, lte], ascending unless `desc`."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM stored_events WHERE originator_id = $1"
                " AND originator_version > coalesce($2, -1)"
                " AND originator_version <= coalesce($3, 9223372036854775807)"
                f" ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT $4",
                stream_id,
                gt,
                lte,
                limit,
            )
        return [logged_event(row) for row in rows]

    async def select_latest(self, stream_id: UUID, *, upto: int | None = None) -> list[LoggedEvent]:
        """What makes an aggregate at version `upto`, or as it is now: see `select_latest`."""
        async with self._database.acquire() as connection:
            model = None if self._snapshots is None else await self._snapshots.find(connection)
            if model is not None:
                table = f"{model.schema}.snapshots"
                return await select_latest(connection, stream_id, upto=upto, snapshots=table)
        return await self.select_stream(stream_id, lte=upto)

    async def select_page(
        self,
        *,
        after: int,
        limit: int,
        upto: int | None = None,
        topics: Sequence[str] = (),
        ignoring: Collection[str] = (),
    ) -> list[LoggedEvent]:
        """At most `limit` events at positions in (after, upto], in order; of some topics alone, or
        of all but some."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM stored_events WHERE notification_id > $1"
                " AND notification_id <= coalesce($2, 9223372036854775807)"
                " AND ($4::text[] = '{}' OR topic = ANY ($4)) AND topic <> ALL ($5::text[])"
                " ORDER BY notification_id LIMIT $3",
                after,
                upto,
                limit,
                list(topics),
                list(ignoring),
            )
        return [logged_event(row) for row in rows]

    async def select_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> list[LoggedEvent]:
        """A workspace's events at positions in (after, upto], in order."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM stored_events WHERE workspace_id = $1"
                " AND notification_id > $2 AND notification_id <= $3 ORDER BY notification_id",
                workspace_id,
                after,
                upto,
            )
        return [logged_event(row) for row in rows]

    async def select_newer(
        self, versions: Mapping[UUID, int], *, upto: int | None = None, limit: int | None = None
    ) -> list[LoggedEvent]:
        """At most `limit` events of each stream beyond a version of it, but none beyond the
        position `upto`; stream by stream, in order."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                _SELECT_NEWER, list(versions), list(versions.values()), upto, limit
            )
        return [logged_event(row) for row in rows]

    async def select_begun(
        self, workspace_id: str, topic: str, *, after: int, upto: int, limit: int
    ) -> Begun:
        """The streams of a workspace that begin with the topic, among its first `limit` events at
        positions in (after, upto]."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(_SELECT_BEGUN, workspace_id, topic, after, upto, limit)
        streams = [
            (row["notification_id"], UUID(int=row["originator_id"].int))
            for row in rows
            if row["begins"]
        ]
        is_more = rows and rows[-1]["number"] == limit
        return Begun(streams, rows[-1]["notification_id"] if is_more else upto)

    async def next_position(self, workspace_ids: Sequence[str], *, after: int) -> int | None:
        """The position of the first event of any of the workspaces beyond `after`, if there is."""
        async with self._database.acquire() as connection:
            position: int | None = await connection.fetchval(
                _SELECT_NEXT_POSITION, list(workspace_ids), after
            )
        return position

    async def count_workspaces(
        self, workspace_ids: Sequence[str], *, after: int, limit: int
    ) -> int:
        """How many events the workspaces have beyond `after`, counted up to `limit`."""
        async with self._database.acquire() as connection:
            count: int = await connection.fetchval(
                _COUNT_WORKSPACES, list(workspace_ids), after, limit
            )
        return count


async def select_latest(
    connection: Connection,
    stream_id: UUID,
    *,
    upto: int | None = None,
    snapshots: str = "snapshots",
) -> list[LoggedEvent]:
    """The latest snapshot of a stream, if it has one, and the events after it, up to a version."""
    rows = await connection.fetch(_SELECT_LATEST.format(snapshots=snapshots), stream_id, upto)
    return [logged_event(row) for row in rows]


_COLUMNS = "originator_id, originator_version, topic, state, notification_id, workspace_id"

# One short walk of an index for each stream or workspace, whatever the planner thinks of its size.
_SELECT_NEWER = f"""
SELECT newer.* FROM unnest($1::uuid[], $2::bigint[]) AS known (stream_id, version)
CROSS JOIN LATERAL (
    SELECT {_COLUMNS} FROM stored_events
    WHERE originator_id = known.stream_id AND originator_version > known.version
    ORDER BY originator_version LIMIT $4
) AS newer
WHERE newer.notification_id <= coalesce($3, 9223372036854775807)
"""

# The last of those that are looked at comes along, whatever it is: the next look begins behind it.
_SELECT_BEGUN = """
SELECT originator_id, notification_id, topic = $2 AS begins, number FROM (
    SELECT originator_id, topic, notification_id,
        row_number() OVER (ORDER BY notification_id) AS number
    FROM stored_events
    WHERE workspace_id = $1 AND notification_id > $3 AND notification_id <= $4
    ORDER BY notification_id LIMIT $5
) AS looked
WHERE topic = $2 OR number = $5
ORDER BY notification_id
"""

_SELECT_NEXT_POSITION = """
SELECT min(first.notification_id) FROM unnest($1::text[]) AS wanted (workspace_id)
CROSS JOIN LATERAL (
    SELECT notification_id FROM stored_events
    WHERE workspace_id = wanted.workspace_id AND notification_id > $2
    ORDER BY notification_id LIMIT 1
) AS first
"""

_COUNT_WORKSPACES = """
SELECT count(*) FROM (
    SELECT FROM unnest($1::text[]) AS wanted (workspace_id)
    CROSS JOIN LATERAL (
        SELECT FROM stored_events
        WHERE workspace_id = wanted.workspace_id AND notification_id > $2
        ORDER BY notification_id LIMIT $3
    ) AS found LIMIT $3
) AS counted
"""

_SELECT_LATEST = f"""
WITH snapshot AS (
    SELECT {_COLUMNS} FROM {{snapshots}}
    WHERE originator_id = $1 AND originator_version <= coalesce($2, 9223372036854775807)
    ORDER BY originator_version DESC LIMIT 1
)
SELECT {_COLUMNS} FROM snapshot
UNION ALL
SELECT {_COLUMNS} FROM stored_events
WHERE originator_id = $1
    AND originator_version > coalesce((SELECT originator_version FROM snapshot), 0)
    AND originator_version <= coalesce($2, 9223372036854775807)
ORDER BY originator_version
"""


def logged_event(row: asyncpg.Record) -> LoggedEvent:
    """The event in a row of the log, its columns in the order of `stored_events`' reads."""
    originator_id, originator_version, topic, state, position, workspace_id = row
    found = object.__new__(LoggedEvent)
    # A frozen dataclass sets its fields one by one, which takes three times as long.
    found.__dict__.update(
        # asyncpg's own UUID is a subclass, which eventsourcing's transcoder does not know.
        originator_id=UUID(int=originator_id.int),
        originator_version=originator_version,
        topic=topic,
        state=state,
        id=position,
        workspace_id=workspace_id,
    )
    return found
