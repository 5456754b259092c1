"""The nodes of a log as all of them say of themselves, for whoever runs them."""

from dataclasses import dataclass
from datetime import datetime

from persistence.database.pool import Database
from persistence.nodes.node_table import DEAD_AFTER

_SELECT_NODES = """
SELECT id, coalesce(socket, url) AS address, version, position, connections, since,
    extract(epoch FROM clock_timestamp() - seen)::float8 AS silent
FROM nodes ORDER BY since, id
"""


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """What a node said of itself, `silent` seconds ago."""

    id: str
    address: str | None
    version: str
    position: int
    connections: int
    since: datetime
    silent: float

    @property
    def is_there(self) -> bool:
        return self.silent < DEAD_AFTER


async def list_nodes(database: Database) -> list[NodeStatus]:
    """All nodes of the last minute, the oldest first. Raises Unavailable."""
    async with database.acquire() as connection:
        return [NodeStatus(**row) for row in await connection.fetch(_SELECT_NODES)]
