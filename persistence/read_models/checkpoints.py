"""Checkpoints: the position up to which each read model reflects the log. A runner moves the
checkpoint in the transaction in which it writes the rows. A model without one is not built.
"""

from typing import Final

from persistence.database.pool import Connection
from persistence.read_models.models import ReadModel

CHECKPOINT_CHANNEL: Final = "kanal_checkpoint"
"""The notify channel for checkpoints that have moved."""


class CheckpointConflict(Exception):
    """The checkpoint was moved by somebody else: there are two writers, and this one must stop."""


async def read_checkpoint(connection: Connection, model: ReadModel) -> int | None:
    """The position up to which the model reflects the log; None where it is not built."""
    position: int | None = await connection.fetchval(
        "SELECT position FROM checkpoints WHERE name = $1 AND version = $2",
        model.name,
        model.version,
    )
    return position


async def read_checkpoints(connection: Connection) -> dict[ReadModel, int]:
    """The position of every model that is built."""
    found = await connection.fetch(
        "SELECT name, version, position FROM checkpoints ORDER BY name, version"
    )
    return {ReadModel(row["name"], row["version"]): row["position"] for row in found}


async def lock_checkpoints(connection: Connection, name: str) -> dict[ReadModel, int]:
    """The checkpoints of all versions of a model, locked until the transaction ends."""
    found = await connection.fetch(
        "SELECT version, position FROM checkpoints WHERE name = $1 ORDER BY version FOR UPDATE",
        name,
    )
    return {ReadModel(name, row["version"]): row["position"] for row in found}


async def set_checkpoint(connection: Connection, model: ReadModel, position: int) -> None:
    """Set the checkpoint of a model to `position`, in the caller's transaction."""
    await connection.execute(
        "INSERT INTO checkpoints (name, version, position) VALUES ($1, $2, $3)"
        " ON CONFLICT (name, version) DO UPDATE SET position = $3",
        model.name,
        model.version,
        position,
    )
    await connection.execute(
        "SELECT pg_notify($1, $2)", CHECKPOINT_CHANNEL, f"{model.name}:{position}"
    )


async def remove_checkpoint(connection: Connection, model: ReadModel) -> None:
    """Remove the checkpoint of a model, in the caller's transaction: it is not built any more."""
    await connection.execute(
        "DELETE FROM checkpoints WHERE name = $1 AND version = $2", model.name, model.version
    )


async def advance_checkpoint(
    connection: Connection, model: ReadModel, *, expected: int, position: int
) -> None:
    """Move the checkpoint from `expected` to `position`, in the caller's transaction.

    Raises CheckpointConflict where it does not stand at `expected`.
    """
    moved = await connection.execute(
        "WITH moved AS (UPDATE checkpoints SET position = $4"
        " WHERE name = $1 AND version = $2 AND position = $3 RETURNING position)"
        " SELECT pg_notify($5, $1 || ':' || position) FROM moved",
        model.name,
        model.version,
        expected,
        position,
        CHECKPOINT_CHANNEL,
    )
    if moved != "SELECT 1":
        raise CheckpointConflict(f"the checkpoint of {model} is not at {expected} any more")
