"""The schema: creates and migrates the tables at start, once, however many services start."""

import logging
from importlib.resources import files

import asyncpg

from persistence.database.availability import UnfitServer

logger = logging.getLogger(__name__)

# Any number that no other program takes a lock on in this database.
_MIGRATION_LOCK = 0x6B616E616C

_AS_LONG_AS_IT_TAKES = 86_400.0
"""Seconds. A migration rewrites what there is, and whoever starts meanwhile waits for it."""


def _migrations() -> list[tuple[str, str]]:
    """(name, SQL) of each file in `persistence/sql`, in the order of their numbers."""
    folder = files("persistence.database") / "sql"
    found = [(file.name, file.read_text()) for file in folder.iterdir() if file.name[:4].isdigit()]
    return sorted(found)


async def check_rights(connection: asyncpg.Connection) -> None:
    """Raise UnfitServer, naming what to grant, where the role may not make what Kanal needs: tables
    where its unqualified names lead, and schemas for the read models."""
    missing: str | None = await connection.fetchval(_MISSING_RIGHTS)
    if missing:
        raise UnfitServer(f"a right is missing: {missing}")


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Bring the schema up to date in one transaction and name what was applied.

    An advisory lock makes a second service wait for the first; it then finds nothing to do.
    """
    applied = []
    async with connection.transaction():
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK, timeout=_AS_LONG_AS_IT_TAKES
        )
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS kanal_migrations"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row["name"] for row in await connection.fetch("SELECT name FROM kanal_migrations")}
        for name, sql in _migrations():
            if name not in done:
                await connection.execute(sql, timeout=_AS_LONG_AS_IT_TAKES)
                await connection.execute("INSERT INTO kanal_migrations (name) VALUES ($1)", name)
                applied.append(name)
    if applied:
        logger.info("schema migrated: %s", ", ".join(applied))
    return applied


_MISSING_RIGHTS = """
SELECT string_agg(format('GRANT CREATE ON %s TO %I', place, current_user), '; ')
FROM (
    SELECT 'DATABASE ' || quote_ident(current_database())
    WHERE NOT has_database_privilege(current_database(), 'CREATE')
    UNION ALL
    SELECT 'SCHEMA ' || quote_ident(current_schema())
    WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
) AS refused (place)
"""
