"""The verification, for `kanal replay --verify`: rebuilds a read model in temporary tables and
compares it with the live one.

The temporary tables belong to one connection and are dropped with it. So a verification changes
nothing, and may run beside a service.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from domain.errors import Conflict
from persistence.database.pool import Database
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.read_models.checkpoints import read_checkpoint
from persistence.read_models.models import TEMPORARY_SCHEMA, create_tables, table_names
from projections.running.projection import Projection
from projections.running.rebuild import Progress, alone_with, replay

COMPARED_FOR = 3_600.0
"""Seconds that the comparison of one table may take."""

SHOWN = 100
"""Rows of each table that are shown at most, for each of the two models."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one of the two models has."""

    table: str
    is_live: bool
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result at one position; `differing` counts also the rows that are not shown."""

    position: int
    rows: int
    differing: int
    differences: list[Difference]


class Verification:
    """One verification of a projection's live model: `rebuild`, then `compare`."""

    def __init__(
        self, connection: asyncpg.Connection, log: PostgresEventLog, projection: Projection
    ) -> None:
        self._connection = connection
        self._log = log
        self._projection = projection
        self._position = 0

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, database: Database, log: PostgresEventLog, projection: Projection
    ) -> AsyncIterator["Verification"]:
        """Raises Conflict where a replay of the model is running, Unavailable."""
        # A rebuild that switches meanwhile would put other tables in the place of the live ones.
        async with (
            database.dedicated(builds=True) as connection,
            alone_with(connection, projection.model),
        ):
            await create_tables(connection, TEMPORARY_SCHEMA, projection.tables)
            yield cls(connection, log, projection)

    async def rebuild(self) -> AsyncIterator[Progress]:
        """Build the temporary tables up to the checkpoint of the live ones."""
        upto = await self._live_position()
        yield Progress(self._position, upto)
        steps = replay(self._connection, self._log, self._projection, after=0, upto=upto)
        async for self._position in steps:
            yield Progress(self._position, upto)

    async def compare(self) -> Comparison:
        """Bring the scratch tables to the position of one moment, and compare as of that moment.

        Raises Conflict where the live tables are not of the form that they must have.
        """
        async with self._connection.transaction(isolation="repeatable_read"):
            upto = await self._live_position()
            async for _ in replay(
                self._connection, self._log, self._projection, after=self._position, upto=upto
            ):
                pass
            try:
                return await self._compare_at(upto)
            except asyncpg.SyntaxOrAccessError as error:
                # A table or a column of it is gone, or of another type.
                raise Conflict(f"{self._projection.model} is broken: {error}") from None

    async def _compare_at(self, position: int) -> Comparison:
        rows, differing, differences = 0, 0, list[Difference]()
        for table in await table_names(self._connection, TEMPORARY_SCHEMA):
            rows += await self._count(table)
            for is_live in (True, False):
                total, found = await self._missing(table, is_live=is_live)
                differing += total
                differences += found
        return Comparison(position, rows, differing, differences)

    async def _live_position(self) -> int:
        position = await read_checkpoint(self._connection, self._projection.model)
        if position is None:
            raise Conflict(f"{self._projection.model} is not built: there is nothing to verify")
        return position

    async def _count(self, table: str) -> int:
        count: int = await self._connection.fetchval(
            f"SELECT count(*) FROM {self._live(table)}", timeout=COMPARED_FOR
        )
        return count

    async def _missing(self, table: str, *, is_live: bool) -> tuple[int, list[Difference]]:
        """How many rows only one of the two has, and the first of them."""
        one, other = self._live(table), f"{TEMPORARY_SCHEMA}.{table}"
        if not is_live:
            one, other = other, one
        found = await self._connection.fetch(
            "SELECT count(*) OVER () AS total, to_jsonb(found) AS row"
            f" FROM (TABLE {one} EXCEPT ALL TABLE {other}) AS found"
            f" ORDER BY found::text LIMIT {SHOWN}",
            timeout=COMPARED_FOR,
        )
        differences = [Difference(table, is_live, json.loads(each["row"])) for each in found]
        return (found[0]["total"] if found else 0), differences

    def _live(self, table: str) -> str:
        return f"{self._projection.model.schema}.{table}"
