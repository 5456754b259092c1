"""The schema: creates and migrates the tables when a database is opened, once, however many
services start at the same time."""

import logging
from pathlib import Path

import asyncpg

from persistence.database.availability import UnfitServer
from persistence.database.statements import statement

logger = logging.getLogger(__name__)

_MIGRATION_LOCK = 0x6B616E616C
"""The key of the advisory lock: `kanal` in ASCII."""

_MIGRATION_TIMEOUT = 86_400.0
"""Seconds: a day. A migration may rewrite large tables, and who starts meanwhile waits for it."""

_SELECT_MISSING_RIGHTS = statement(__file__, "select_missing_rights")


def _migrations() -> list[tuple[str, str]]:
    """(name, SQL) of each file in `migrations`, in the order of their numbers."""
    folder = Path(__file__).parent / "migrations"
    return sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.glob("*.sql"))


async def check_rights(connection: asyncpg.Connection) -> None:
    """Raise UnfitServer, which says what to grant, where the role may not create what Kanal needs:
    tables in the current schema, and schemas for the read models."""
    missing: str | None = await connection.fetchval(_SELECT_MISSING_RIGHTS)
    if missing:
        raise UnfitServer(f"a right is missing: {missing}")


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Bring the schema up to date in one transaction; returns the names of the migrations applied.

    An advisory lock makes a second service wait for the first; it then finds nothing to do.
    """
    applied = []
    async with connection.transaction():
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK, timeout=_MIGRATION_TIMEOUT
        )
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS kanal_migrations"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row["name"] for row in await connection.fetch("SELECT name FROM kanal_migrations")}
        for name, sql in _migrations():
            if name not in done:
                await connection.execute(sql, timeout=_MIGRATION_TIMEOUT)
                await connection.execute("INSERT INTO kanal_migrations (name) VALUES ($1)", name)
                applied.append(name)
    if applied:
        logger.info("schema migrated: %s", ", ".join(applied))
    return applied
