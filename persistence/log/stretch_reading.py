"""The stretch reading, for those who go through the log as the feed does: what comes beyond a
position, of all of it or of some workspaces, and up to where that is all."""

from collections.abc import Collection
from dataclasses import dataclass

from persistence.database.reading import Reading
from persistence.database.statements import statement
from persistence.log.logged_event import COLUMNS, LoggedEvent, logged_event

_SELECT_OF_WORKSPACES = statement(__file__, "select_page_of_workspaces").format(columns=COLUMNS)
_SELECT = f"""
SELECT found.*, log_head.position AS head, least($1 + $2, log_head.position) AS upto
FROM log_head LEFT JOIN (
    SELECT {COLUMNS} FROM stored_events
    WHERE notification_id > $1 AND notification_id <= $1 + $2 AND topic <> ALL($3)
) AS found ON true
ORDER BY notification_id
"""

LEAST_OF_EACH = 25
"""Events that are asked for of each workspace, however many there are."""


@dataclass(frozen=True, slots=True)
class ReadStretch:
    """Events in the order of the log, all there are up to `upto`, and the head that it has."""

    events: list[LoggedEvent]
    upto: int
    head: int


class StretchReading:
    """Reads stretches from any copy of the log that has come far enough."""

    def __init__(self, copies: Reading, *, ignoring: Collection[str] = ()) -> None:
        """Events of the topics `ignoring` are passed over in Postgres."""
        self._copies = copies
        self._ignoring = list(ignoring)

    async def read(
        self, workspace_ids: Collection[str] | None, *, after: int, limit: int
    ) -> ReadStretch:
        """What is found among about the next `limit` events beyond a position, of the workspaces,
        or with None of all of the log. Raises Unavailable."""
        asked: tuple[object, ...]
        if workspace_ids is None:
            select, asked = _SELECT, (after, limit, self._ignoring)
        else:
            of_each = min(limit, max(LEAST_OF_EACH, 2 * limit // max(len(workspace_ids), 1)))
            select = _SELECT_OF_WORKSPACES
            asked = (list(workspace_ids), after, of_each, self._ignoring)
        rows = await self._copies.read(
            lambda connection: connection.fetch(select, *asked), upto=after
        )
        events = [logged_event(row[:6]) for row in rows if row["notification_id"] is not None]
        return ReadStretch(events, upto=rows[0]["upto"], head=rows[0]["head"])
