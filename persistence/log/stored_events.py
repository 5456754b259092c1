"""The stored events: all reads of the log's table, by stream, by position and by workspace. What
decodes them is the event log in front of this."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from persistence.database.pool import Connection, Database
from persistence.database.reading import Reading
from persistence.database.statements import statement
from persistence.log.epochs import Lineage, read_lineage
from persistence.log.logged_event import COLUMNS, LoggedEvent, logged_event
from persistence.read_models.models import ServedModel

_SELECT_LATEST = statement(__file__, "select_latest")
_SELECT_NEWER = statement(__file__, "select_newer")
_SELECT_BEGUN = statement(__file__, "select_begun_streams")
_SELECT_NEXT_POSITION = statement(__file__, "select_next_of_workspaces")
_COUNT_BEGUN = statement(__file__, "count_begun_streams")
_COUNT_WORKSPACES = statement(__file__, "count_workspaces")


@dataclass(frozen=True, slots=True)
class Begun:
    """Streams, each with the position of its first event, and up to which position this is all."""

    streams: list[tuple[int, UUID]]
    looked_upto: int


class StoredEvents:
    """Reads the stored events of one database. Every method raises Unavailable.

    What lies up to a position is the same in every copy of the log that has come so far, so a
    replica may answer where that position is known; what is asked as of now, the primary answers.
    """

    def __init__(
        self,
        database: Database,
        snapshots: ServedModel | None = None,
        *,
        copies: Reading | None = None,
    ) -> None:
        """`snapshots` is the read model of the snapshots; without it, streams are read whole.
        `copies` answers from any copy of the database that has come far enough."""
        self._database = database
        self._snapshots = snapshots
        self._copies: Reading = copies or database

    def forget(self) -> None:
        """Look again which version of the snapshots is built."""
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
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> list[LoggedEvent]:
        """The events of a stream with versions in (after, upto], in order; all of them are at
        positions up to `as_of`, where that is known."""
        source = self._database if as_of is None else self._copies
        rows = await source.read(
            lambda connection: connection.fetch(
                f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = $1"
                " AND originator_version > $2"
                " AND originator_version <= coalesce($3, 9223372036854775807)"
                " ORDER BY originator_version",
                stream_id,
                after,
                upto,
            ),
            upto=as_of or 0,
        )
        return [logged_event(row) for row in rows]

    async def select_latest(self, stream_id: UUID, *, upto: int | None = None) -> list[LoggedEvent]:
        """What makes an aggregate as of version `upto`, or as of now: its events, or its latest
        snapshot and the events after that."""
        async with self._database.acquire() as connection:
            model = None if self._snapshots is None else await self._snapshots.find(connection)
            if model is not None:
                table = f"{model.schema}.snapshots"
                return await select_latest(connection, stream_id, upto=upto, snapshots=table)
        return await self.select_stream(stream_id, upto=upto)

    async def select_page(
        self,
        *,
        after: int,
        limit: int,
        upto: int | None = None,
        ignoring: Collection[str] = (),
    ) -> list[LoggedEvent]:
        """At most `limit` events at positions in (after, upto], in order, and none of the topics
        `ignoring`."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(
                f"SELECT {COLUMNS} FROM stored_events WHERE notification_id > $1"
                " AND notification_id <= coalesce($2, 9223372036854775807)"
                " AND topic <> ALL ($4::text[])"
                " ORDER BY notification_id LIMIT $3",
                after,
                upto,
                limit,
                list(ignoring),
            )
        return [logged_event(row) for row in rows]

    async def select_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> list[LoggedEvent]:
        """A workspace's events at positions in (after, upto], in order."""
        rows = await self._copies.read(
            lambda connection: connection.fetch(
                f"SELECT {COLUMNS} FROM stored_events WHERE workspace_id = $1"
                " AND notification_id > $2 AND notification_id <= $3 ORDER BY notification_id",
                workspace_id,
                after,
                upto,
            ),
            upto=upto,
        )
        return [logged_event(row) for row in rows]

    async def select_newer(
        self, versions: Mapping[UUID, int], *, upto: int | None = None, limit: int | None = None
    ) -> list[LoggedEvent]:
        """At most `limit` events of each stream after the version that `versions` has for it, at
        positions up to `upto`; stream by stream, in order."""
        source = self._database if upto is None else self._copies
        rows = await source.read(
            lambda connection: connection.fetch(
                _SELECT_NEWER, list(versions), list(versions.values()), upto, limit
            ),
            upto=upto or 0,
        )
        return [logged_event(row) for row in rows]

    async def select_begun(
        self, workspace_id: str, topic: str, *, after: int, upto: int, limit: int
    ) -> Begun:
        """The streams of a workspace that begin with an event of the topic among the first `limit`
        events of the workspace at positions in (after, upto]."""
        rows = await self._copies.read(
            lambda connection: connection.fetch(
                _SELECT_BEGUN, workspace_id, topic, after, upto, limit
            ),
            upto=upto,
        )
        streams = [
            (row["notification_id"], UUID(int=row["originator_id"].int))
            for row in rows
            if row["begins"]
        ]
        is_more = rows and rows[-1]["number"] == limit
        return Begun(streams, rows[-1]["notification_id"] if is_more else upto)

    async def count_begun(
        self, workspace_id: str, begins: str, ends: str, *, after: int
    ) -> tuple[int, int]:
        """How many more events of the topic `begins` than of `ends` a workspace has beyond a
        position, and the position of the last one that was looked at."""
        async with self._database.acquire() as connection:
            row = await connection.fetchrow(_COUNT_BEGUN, workspace_id, begins, ends, after)
        assert row is not None
        return row["streams"], row["upto"]

    async def next_position(self, workspace_ids: Sequence[str], *, after: int) -> int | None:
        """The position of the first event of any of the workspaces beyond `after`; None without."""
        async with self._database.acquire() as connection:
            position: int | None = await connection.fetchval(
                _SELECT_NEXT_POSITION, list(workspace_ids), after
            )
        return position

    async def count_workspaces(
        self, workspace_ids: Sequence[str], *, after: int, limit: int
    ) -> int:
        """How many events the workspaces have beyond `after`, but not more than `limit`."""
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
    """The latest snapshot of a stream from the table `snapshots`, if there is one, and the events
    after it, up to the version `upto`."""
    rows = await connection.fetch(_SELECT_LATEST.format(snapshots=snapshots), stream_id, upto)
    return [logged_event(row) for row in rows]
