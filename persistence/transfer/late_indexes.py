"""The indexes of the log while much is copied into it: made at the end, each from all rows at once,
in half the time that it takes to keep them up to date row by row."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from persistence.database.pool import Connection


@asynccontextmanager
async def made_late(connection: Connection) -> AsyncIterator[None]:
    """In the caller's transaction, which has locked the log: without the indexes that can be
    made again as they were, and at the end with them. Raises UniqueViolationError where the rows
    do not agree with them."""
    found = await connection.fetch(_SELECT)
    for index in found:
        await connection.execute(index["drop"])
    yield
    async with connection.transaction():  # so that one that fails leaves the rows to be looked at
        for index in found:
            await connection.execute(index["create"])


_SELECT = """
SELECT
    coalesce('ALTER TABLE stored_events DROP CONSTRAINT ' || quote_ident(conname),
        'DROP INDEX ' || indexrelid::regclass) AS drop,
    coalesce('ALTER TABLE stored_events ADD CONSTRAINT ' || quote_ident(conname) || ' '
        || pg_get_constraintdef(pg_constraint.oid), pg_get_indexdef(indexrelid)) AS create
FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid
WHERE indrelid = 'stored_events'::regclass
    -- What an operator has said of an index beside its definition would be lost, and what refers to
    -- it refuses that it goes: those are kept up to date row by row.
    AND NOT (indisreplident OR indisclustered)
    AND (SELECT reltablespace = 0 FROM pg_class WHERE pg_class.oid = indexrelid)
    AND obj_description(indexrelid, 'pg_class') IS NULL
    AND obj_description(pg_constraint.oid, 'pg_constraint') IS NULL
    AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indexrelid AND attstattarget > 0)
    AND NOT EXISTS (SELECT FROM pg_constraint AS other
        WHERE other.contype = 'f' AND other.conindid = indexrelid)
ORDER BY indexrelid
"""
