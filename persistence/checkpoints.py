"""Checkpoints: how far each projection has come, kept in the transaction of its rows."""

from persistence.database import Connection
from persistence.wakeup import CHECKPOINT_CHANNEL


class CheckpointConflict(Exception):
    """Somebody else moved the checkpoint: there are two writers, and this one must stop."""


async def read_checkpoint(connection: Connection, name: str) -> int:
    """The position up to which the projection `name` reflects the log; 0 if it never ran."""
    position: int | None = await connection.fetchval(
        "SELECT position FROM checkpoints WHERE name = $1", name
    )
    return position or 0


async def advance_checkpoint(
    connection: Connection, name: str, *, expected: int, position: int
) -> None:
    """Move the checkpoint from `expected` to `position`, in the caller's transaction.

    Raises CheckpointConflict where it does not stand at `expected`.
    """
    moved = await connection.fetchval(
        "INSERT INTO checkpoints AS c (name, position) SELECT $1, $3"
        " WHERE $2 = 0 OR EXISTS (SELECT FROM checkpoints WHERE name = $1)"
        " ON CONFLICT (name) DO UPDATE SET position = $3 WHERE c.position = $2"
        " RETURNING position",
        name,
        expected,
        position,
    )
    if moved is None:
        raise CheckpointConflict(f"the checkpoint of {name!r} is not at {expected} any more")
    await connection.execute("SELECT pg_notify($1, $2)", CHECKPOINT_CHANNEL, f"{name}:{position}")
