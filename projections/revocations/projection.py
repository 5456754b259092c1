"""The projection of the revocations: for each user and workspace the latest that the log has.

Rows stay until a later one, however old, so that the model is a function of the log alone. Which of
them no token can outlive depends on a setting: who reads them knows it.
"""

from collections.abc import Sequence
from typing import ClassVar

from domain.access import AccessRevoked
from domain.channel import CHANNEL_TOPICS
from domain.channel_name import NAME_TOPICS
from domain.event_log import RecordedEvent
from persistence.database.pool import Connection
from persistence.read_models.models import ReadModel

ALL_WORKSPACES = ""
"""In the place of a workspace's id, which is never empty."""


class RevocationsProjection:
    """Writes the rows, in the transaction in which its runner moves the checkpoint."""

    model: ClassVar = ReadModel("revocations", version=1)
    readable_since: ClassVar = 1
    gathers_for: ClassVar = 0.5  # nodes follow the log, and read the model only when they begin
    ignores: ClassVar = CHANNEL_TOPICS | NAME_TOPICS
    tables: ClassVar = """
        CREATE TABLE revocations (
            user_id text NOT NULL,
            workspace_id text NOT NULL,
            revoked_at timestamptz NOT NULL,
            PRIMARY KEY (user_id, workspace_id)
        );
    """
    indexes: ClassVar = "CREATE INDEX ON revocations (revoked_at);"

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Bring the rows up to date with the next events of the log."""
        for recorded in page:
            event = recorded.event
            if isinstance(event, AccessRevoked):
                # Of two nodes whose clocks differ, the later event may have the earlier time.
                await connection.execute(
                    "INSERT INTO revocations AS known VALUES ($1, $2, $3)"
                    " ON CONFLICT (user_id, workspace_id) DO UPDATE"
                    " SET revoked_at = greatest(known.revoked_at, excluded.revoked_at)",
                    event.user_id,
                    ALL_WORKSPACES if event.workspace_id is None else event.workspace_id,
                    event.timestamp,
                )
