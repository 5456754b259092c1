"""Read models in the database: each version of a projection has a schema of Postgres of its own.

The SQL of a projection uses unqualified table names, and the search path decides which tables they
are: those of the live model, of one that is built beside it, or temporary ones. A rebuilt model
replaces the live one when its schema is renamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import asyncpg

from persistence.database.pool import Connection

LOCK_KEY = "hashtextextended('kanal:' || $1, 0)"
"""The key of the advisory lock that is named $1, in SQL."""

TEMPORARY_SCHEMA = "pg_temp"
"""Postgres' schema of the temporary tables, which are dropped when the connection closes."""


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One version of a read model."""

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name} version {self.version}"

    @property
    def schema(self) -> str:
        """The schema of its tables."""
        return f"kanal_{self.name}_v{self.version}"

    @property
    def next_schema(self) -> str:
        """The schema in which a rebuild makes the next tables."""
        return f"{self.schema}_next"


async def enter_schema(connection: Connection, schema: str) -> None:
    """Put `schema` in front of the search path of the session."""
    await connection.execute(
        "SELECT set_config('search_path', $1 || ', ' || reset_val, false)"
        " FROM pg_settings WHERE name = 'search_path'",
        schema,
    )


async def create_tables(connection: Connection, schema: str, tables: str) -> None:
    """Create the schema, enter it, and create tables in it with the statements `tables`."""
    if schema != TEMPORARY_SCHEMA:
        await connection.execute(f"CREATE SCHEMA {schema}")
    await enter_schema(connection, schema)
    await connection.execute(tables)


async def schema_exists(connection: Connection, schema: str) -> bool:
    exists: bool = await connection.fetchval("SELECT to_regnamespace($1) IS NOT NULL", schema)
    return exists


async def drop_schema(connection: Connection, schema: str) -> bool:
    """Drop a schema with its tables; returns whether there was one."""
    existed = await schema_exists(connection, schema)
    await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE", timeout=3600)
    return existed


async def lock_tables(connection: Connection, schema: str) -> None:
    """Lock the tables of a schema against readers and writers until the transaction ends.

    Raises LockNotAvailableError where somebody uses them for longer than `lock_timeout`.
    """
    if tables := await table_names(connection, schema):
        names = ", ".join(f"{schema}.{table}" for table in tables)
        await connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


async def table_names(connection: Connection, schema: str) -> Sequence[str]:
    """The names of a schema's tables, in order."""
    found = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
        " CASE $1 WHEN 'pg_temp' THEN pg_my_temp_schema() ELSE to_regnamespace($1) END"
        " ORDER BY relname",
        schema,
    )
    return [row["relname"] for row in found]


class Readable(Protocol):
    """A projection, as its readers know it."""

    model: ClassVar[ReadModel]
    readable_since: ClassVar[int]
    """The oldest version that the code can read."""


class ServedModel:
    """Which version of a read model is read: the newest that is built and that the code can
    read."""

    @classmethod
    def of(cls, projection: type[Readable]) -> "ServedModel":
        """That of a projection's model."""
        return cls(projection.model, since=projection.readable_since)

    def __init__(self, wanted: ReadModel, *, since: int) -> None:
        """`since` is the oldest version that the code can read."""
        self._wanted = wanted
        self._since = since
        self._is_built = False

    def forget(self) -> None:
        """Look again which version is built."""
        self._is_built = False

    async def find(self, connection: Connection) -> ReadModel | None:
        """The version to read; None where none is built yet."""
        if self._is_built:
            return self._wanted
        version: int | None = await connection.fetchval(
            "SELECT max(version) FROM checkpoints WHERE name = $1 AND version BETWEEN $2 AND $3",
            self._wanted.name,
            self._since,
            self._wanted.version,
        )
        self._is_built = version == self._wanted.version
        return None if version is None else ReadModel(self._wanted.name, version)


async def try_lock(connection: asyncpg.Connection, what: str) -> bool:
    """Take the advisory lock `what` until the connection closes; False where somebody has it."""
    taken: bool = await connection.fetchval(f"SELECT pg_try_advisory_lock({LOCK_KEY})", what)
    return taken


async def unlock(connection: asyncpg.Connection, what: str) -> None:
    """Release a lock that was taken with `try_lock`."""
    await connection.execute(f"SELECT pg_advisory_unlock({LOCK_KEY})", what)
