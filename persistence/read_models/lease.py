"""The lease of what one node does for all, as writing a read model: whoever holds it does that, and
loses it by standing still.

It is an advisory lock on the connection with which they write. A holder renews it by
saying anything to the server. One whose process is stopped, or whose host is gone without a word,
says nothing for LEASE seconds: the server ends its session, and if it does not, whoever waits for
the lock does. With it ends the lock, and that connection can write no more.

The server does not where it waits in the middle of a question: `idle_session_timeout` does not
apply between the Parse and the Bind of a statement (seen with PostgreSQL 18.6,
`findings/no-idle-timeout-in-mid-question.sh`).
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from persistence.database.statements import statement
from persistence.read_models.models import LOCK_KEY, ReadModel

logger = logging.getLogger(__name__)

_TRY_LEASE = statement(__file__, "try_lease").format(key=LOCK_KEY)

_SELECT_BEAT = statement(__file__, "select_beat")

LEASE = 6.0
"""Seconds. It is longer than the five in which a caller has an answer, so that a holder that only
waits for the database keeps it."""

RENEWAL_INTERVAL = 1.5
"""Seconds between two statements of a holder that has nothing to write."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat found: the end of the log, the models that nobody writes, and how far each
    model that is built reflects the log."""

    head: int
    free: frozenset[str]
    positions: Mapping[ReadModel, int]


async def read_beat(connection: asyncpg.Connection, sought: Iterable[str]) -> Beat:
    """Ask all that a node without anything to do asks; `sought` are the models that it would
    write."""
    rows = await connection.fetch(_SELECT_BEAT, list(sought), LEASE)
    return Beat(rows[0]["head"], frozenset(rows[0]["free"]), _positions(rows))


def _positions(rows: Iterable[asyncpg.Record]) -> dict[ReadModel, int]:
    return {
        ReadModel(row["name"], row["version"]): row["position"]
        for row in rows
        if row["position"] is not None
    }


class Lease:
    """A lease that is held. The connection may be used inside `connection()` alone."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._in_use = asyncio.Lock()
        self._renewed_at = time.monotonic()
        """When the last statement was begun that the server has answered."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody else can hold it yet, whatever has happened to the connection: for who
        does something that the connection has no part in."""
        return time.monotonic() - self._renewed_at < LEASE / 2

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection that holds the lease, for as long as the block lasts."""
        async with self._in_use:
            yield self._connection

    async def renew(self) -> None:
        """Renew the lease for ever. Raises where the connection is lost, and the lease with it: who
        holds it may have no other use for the connection for a long time."""
        while True:
            await asyncio.sleep(RENEWAL_INTERVAL)
            async with self.connection() as connection:
                asked_at = time.monotonic()
                await connection.execute("SELECT 1")
                self._renewed_at = asked_at


async def try_lease(connection: asyncpg.Connection, what: str) -> tuple[bool, dict[ReadModel, int]]:
    """Take the lock `what` until the connection closes: whether nobody had it. With it come the
    positions of all models that are built, for who waits for the lock many times."""
    rows = await connection.fetch(_TRY_LEASE, what, LEASE)
    if rows[0]["ended"]:
        logger.warning("%s: its holder stood still, and was ended", what)
    return rows[0]["is_taken"], _positions(rows)


async def begin(connection: asyncpg.Connection) -> Lease:
    """The lease on whose lock a connection has; it is lost unless it is renewed."""
    milliseconds = str(round(LEASE * 1000))
    lease = Lease(connection)
    await connection.execute(
        "SELECT set_config(name, $1, false) FROM"
        " unnest('{idle_session_timeout, idle_in_transaction_session_timeout}'::text[]) AS name",
        milliseconds,
    )
    return lease
