"""The log search, for those who look at the log and not at what it means: stretches of it, by
workspace, stream, topic and actor, from either end.

What has an index is found by it. Topics and actors have none: of a stretch, a bounded number of
events is looked through for them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from persistence.database.reading import Reading
from persistence.database.statements import statement
from persistence.log.logged_event import COLUMNS, LoggedEvent, logged_event

_SELECT_LAST_SETTING = statement(__file__, "select_last_setting")

LOOKED_THROUGH = 5_000
"""Events of a stretch that are looked through for a topic or an actor."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events of a stretch are looked for; None where any will do."""

    workspace_id: str | None = None
    stream_id: UUID | None = None
    topic: str | None = None
    actor_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was found: all that was wanted at the positions from `first` to `last`, in order, and
    the head of the log. An empty stretch ends before it begins."""

    events: list[LoggedEvent]
    first: int
    last: int
    head: int


class LogSearch:
    """Searches the log of one database."""

    def __init__(self, copies: Reading) -> None:
        self._copies = copies

    async def latest(
        self, wanted: Wanted, *, after: int, before: int | None, limit: int
    ) -> Stretch:
        """The last `limit` of those between two positions. Raises Unavailable."""
        return await self._search(wanted, after, before, limit, order="DESC")

    async def earliest(
        self, wanted: Wanted, *, after: int, before: int | None, limit: int
    ) -> Stretch:
        """The first `limit` of those between two positions. Raises Unavailable."""
        return await self._search(wanted, after, before, limit, order="ASC")

    async def version_at(self, stream_id: UUID, position: int) -> int:
        """The version of a stream as of a position; 0 where it had not begun. Raises
        Unavailable."""
        version: int | None = await self._copies.read(
            lambda connection: connection.fetchval(
                "SELECT max(originator_version) FROM stored_events"
                " WHERE originator_id = $1 AND notification_id <= $2",
                stream_id,
                position,
            ),
            upto=position,
        )
        return version or 0

    async def last_setting(
        self, field: str, topics: Collection[str], spans: Mapping[UUID, tuple[int, int]]
    ) -> list[LoggedEvent]:
        """Of each stream the last event of the topics that sets a field, among its versions in
        (after, upto]. Raises Unavailable."""
        after, upto = zip(*spans.values(), strict=True)
        rows = await self._copies.read(
            lambda connection: connection.fetch(
                _SELECT_LAST_SETTING, list(spans), after, upto, list(topics), f'"{field}":'.encode()
            )
        )
        return [logged_event(row) for row in rows]

    async def _search(
        self, wanted: Wanted, after: int, before: int | None, limit: int, *, order: str
    ) -> Stretch:
        arguments: list[Any] = [after, before]

        def argument(value: Any) -> str:
            arguments.append(value)
            return f"${len(arguments)}"

        indexed, looking, along = "", "", "notification_id"
        if wanted.workspace_id is not None:
            indexed += f" AND workspace_id = {argument(wanted.workspace_id)}"
        if wanted.stream_id is not None:
            indexed += f" AND originator_id = {argument(wanted.stream_id)}"
            along = "originator_version"  # the same order, and there is an index for it
        if wanted.topic is not None:
            looking += f" AND topic = {argument(wanted.topic)}"
        if wanted.actor_id is not None:
            # As the transcoder writes it: within a text the quotes would be escaped.
            field = b'"actor_id":' + msgspec.json.encode(wanted.actor_id)
            looking += f" AND position({argument(field)} IN state) > 0"
        looked = LOOKED_THROUGH if looking else limit + 1
        select = _SEARCH.format(
            columns=COLUMNS, indexed=indexed, looking=looking, along=along, order=order,
            looked=looked, limit=limit + 1,
        )  # fmt: skip
        rows = await self._copies.read(
            lambda connection: connection.fetch(select, *arguments),
            upto=after if before is None else before - 1,
        )
        head = rows[0]["head"]
        found = [logged_event(row[:6]) for row in rows if row["notification_id"] is not None]
        first, last = after + 1, min(head, before - 1 if before is not None else head)
        is_cut = rows[0]["looked"] == looked
        if order == "DESC":
            if len(found) > limit:
                found = found[-limit:]
                first = found[0].id
            elif is_cut:
                first = rows[0]["lowest"]
        elif len(found) > limit:
            found = found[:limit]
            last = found[-1].id
        elif is_cut:
            last = rows[0]["highest"]
        return Stretch(found, first, last, head)


# Of a statement without conditions that are not asked for, the planner knows the right index.
_SEARCH = """
WITH looked AS MATERIALIZED (
    SELECT {columns} FROM stored_events
    WHERE notification_id > $1 AND notification_id < coalesce($2, 9223372036854775807){indexed}
    ORDER BY {along} {order} LIMIT {looked}
), found AS (
    SELECT * FROM looked WHERE true{looking} ORDER BY notification_id {order} LIMIT {limit}
)
SELECT found.*, (SELECT position FROM log_head) AS head,
    (SELECT count(*) FROM looked) AS looked,
    (SELECT min(notification_id) FROM looked) AS lowest,
    (SELECT max(notification_id) FROM looked) AS highest
FROM (VALUES (1)) AS one LEFT JOIN found ON true
ORDER BY notification_id
"""
