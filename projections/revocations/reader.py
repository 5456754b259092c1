"""The reader of the revocations, for a node that begins to follow the log: what was taken back, and
the position after which there may be more."""

from dataclasses import dataclass
from datetime import datetime

from domain.access import RevokedAccess
from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.read_models.models import ServedModel
from projections.revocations.projection import ALL_WORKSPACES, RevocationsProjection


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The latest of each user and workspace, oldest first, as of a position of the log."""

    revoked: list[RevokedAccess]
    position: int


class RevocationReader:
    """Reads the newest version of the revocations that is built and that this code can read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._served = ServedModel.of(RevocationsProjection)

    def forget(self) -> None:
        """Look again which version of the model is built."""
        self._served.forget()

    async def read(self, *, since: datetime) -> RevocationList:
        """All that was taken back since then. Raises Unavailable, also while the model is being
        built."""
        async with self._database.acquire() as connection:
            model = await self._served.find(connection)
            # In one statement, so that the rows and the position that they reflect agree.
            rows = [] if model is None else await connection.fetch(
                "SELECT position, user_id, workspace_id, revoked_at FROM checkpoints"
                f" LEFT JOIN {model.schema}.revocations ON revoked_at >= $1"
                " WHERE name = $2 AND version = $3 ORDER BY revoked_at",
                since,
                model.name,
                model.version,
            )  # fmt: skip
        if not rows:
            raise Unavailable("the list of revocations is being built; try again")
        revoked = [
            RevokedAccess(user_id, None if where == ALL_WORKSPACES else where, revoked_at)
            for _, user_id, where, revoked_at in rows
            if user_id is not None
        ]
        return RevocationList(revoked, rows[0]["position"])
