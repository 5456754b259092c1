"""The check of a replica: whether a connection leads to a copy of the log that is followed, in the
same epoch. The replica asks it of each connection, and again while the connection is in use."""

from collections.abc import Callable

from persistence.database.availability import ServerNotReady
from persistence.database.pool import Connection
from persistence.database.statements import statement
from persistence.log.epochs import Lineage, read_lineage

_SELECT_IS_COPY = statement(__file__, "select_place_of_replica")


class ReplicaCheck:
    """Compares epochs, and the places where logs are."""

    is_due = False

    def __init__(self, lineage: Callable[[], Lineage | None]) -> None:
        """`lineage` answers the epochs of the log as the primary has them."""
        self._lineage = lineage

    async def check(self, connection: Connection) -> None:
        """Raises ServerNotReady."""
        known, found = self._lineage(), await read_lineage(connection)
        if known is None or not found.epochs:
            raise ServerNotReady("the log is not known yet")
        if not found.shared_with(known):
            raise ServerNotReady("it has another log")
        if found != known:
            raise ServerNotReady("it has another epoch of the log")
        if not await connection.fetchval(_SELECT_IS_COPY):
            raise ServerNotReady("it is no replica of the primary")
