"""The removal of read models: of one that is to be rebuilt in place, and of versions that a rebuild
has outdated."""

import logging

import asyncpg

from domain.errors import Conflict
from persistence.database.pool import Database
from persistence.read_models.checkpoints import read_checkpoints, remove_checkpoint
from persistence.read_models.models import ReadModel, drop_schema, try_lock

logger = logging.getLogger(__name__)


async def remove_model(database: Database, model: ReadModel) -> None:
    """Remove a live model. Raises Conflict where a service is writing it."""
    async with database.dedicated(builds=True) as connection:
        if not await try_lock(connection, str(model)):
            raise Conflict(f"{model} is being written by a running service; stop it first")
        await _remove(connection, model)


async def remove_outdated(connection: asyncpg.Connection, model: ReadModel) -> None:
    """Remove all versions before the previous one, which stays for a rollback; and also no version
    that a service still writes."""
    older = [
        each
        for each in await read_checkpoints(connection)
        if each.name == model.name and each.version < model.version
    ]
    for outdated in older[:-1]:
        if await try_lock(connection, str(outdated)):
            await _remove(connection, outdated)
            logger.info("removed the outdated %s", outdated)


async def _remove(connection: asyncpg.Connection, model: ReadModel) -> None:
    async with connection.transaction():
        await remove_checkpoint(connection, model)
        await drop_schema(connection, model.schema)
