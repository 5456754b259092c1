"""The node table: with each heartbeat a node says that it is there, and learns of the others.

It is one statement every two seconds, on the listening connection. A node that has not said
anything for DEAD_AFTER seconds counts as gone. By whose clock that is measured is not left open: it
is the database's.
"""

import asyncio
import base64
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domain.errors import Unavailable
from persistence.database.pool import Connection, Database
from persistence.database.statements import statement

logger = logging.getLogger(__name__)

DEAD_AFTER = 6.0
"""Seconds after its last heartbeat; a heartbeat comes every two, and may be one late."""

ID_LENGTH = 8

ID_PATTERN = "[a-z2-7]{8}"

LOOKS_APART = 0.1
"""Seconds between two looks for nodes that are not known, whoever asks for them."""

_HEARTBEAT = statement(__file__, "heartbeat")


def new_node_id() -> str:
    """A random id: ID_LENGTH characters of base32, in lower case."""
    return base64.b32encode(secrets.token_bytes(5)).decode().lower()


@dataclass(frozen=True, slots=True)
class Self:
    """What a node says of itself."""

    id: str
    version: str
    port: int = 0
    """0: it listens at none, and is reached at no address."""
    url: str | None = None
    """Where the others reach it; None: at the address that the database sees it come from."""
    socket: str | None = None
    """The path of the socket of the file system at which it listens as well."""
    scheme: str = "http"
    """What is spoken at the port: http or https."""


@dataclass(frozen=True, slots=True)
class Node:
    """Another node that is there, and where it is reached."""

    id: str
    url: str | None
    socket: str | None


class NodeTable:
    """The nodes of the log, as one of them knows them since its last heartbeat."""

    def __init__(self, database: Database, load: Callable[[], tuple[int, int]]) -> None:
        """`load` answers the position up to which this node has delivered, and its connections."""
        self._database = database
        self._load = load
        self._began = time.monotonic()
        self._self: Self | None = None
        self._others: dict[str, Node] = {}
        self._seen: dict[str, float] = {}
        """When each of them was last found in the table, by the monotonic clock."""
        self._silent: set[str] = set()
        self._clock = 0.0
        self._looking = asyncio.Lock()
        self._beating = asyncio.Lock()
        self._looked_at = float("-inf")
        self.gone_upto = 0
        """Up to here another node may have told something that is gone, as far as this one knows;
        0 where none has gone since this one has joined."""
        self.changed: Callable[[], None] = lambda: None
        """Called when a heartbeat has told who is there."""
        self.key = b""
        """What the nodes of this log have and nobody else; empty before `join`."""

    @property
    def now(self) -> float:
        """The time by the database's clock, on which all nodes agree: Unix time, seconds."""
        return self._clock + time.monotonic()

    def __len__(self) -> int:
        """How many nodes were there at the last heartbeat, with this one."""
        return len(self._others) + 1

    def known(self, node_id: str) -> Node | None:
        """Another node that was there at the last heartbeat."""
        return self._others.get(node_id)

    async def find(self, node_id: str) -> Node | None:
        """Another node that is there, also one that has just started. Raises Unavailable."""
        if node_id not in self._others and node_id not in self._silent:
            await self._look()
        return self._others.get(node_id)

    async def others(self) -> list[str]:
        """The ids of all others that are there, also of those that have just started; while the
        database is away, of those that were there when it went."""
        with suppress(Unavailable):
            await self._look()
        return list(self._others)

    async def _look(self) -> None:
        asked = time.monotonic()
        async with self._looking:
            if self._looked_at < asked:
                await asyncio.sleep(self._looked_at + LOOKS_APART - asked)
                await self._beat_once()

    async def join(self, myself: Self) -> None:
        """Say for the first time that this node is there. Raises Unavailable."""
        self._self = myself
        await self._beat_once()

    async def leave(self) -> None:
        """Say that it is there no more. Raises Unavailable."""
        me, self._self = self._self, None
        if me is None:
            return
        # What was said before may come to the table after what is said now.
        async with self._looking, self._beating, self._database.acquire() as connection:
            await connection.execute("DELETE FROM nodes WHERE id = $1", me.id)

    async def heartbeat(self, connection: Connection) -> None:
        """Say that this node is there, and learn who else is."""
        async with self._beating:
            await self._beat(connection)

    async def _beat_once(self) -> None:
        async with self._database.acquire() as connection:
            await self._beat(connection)

    async def _beat(self, connection: Connection) -> None:
        if (me := self._self) is None:
            return  # it has left
        began = time.monotonic()
        position, connections = self._load()
        row: Any = await connection.fetchrow(
            _HEARTBEAT, me.id, me.url, me.port, me.socket, me.version,
            began - self._began, position, connections, me.scheme,
        )  # fmt: skip
        self._looked_at = began
        self._clock = row["now"] - time.monotonic()
        self.key = row["key"]
        self._silent = {id for id, _, _, silent in row["others"] if silent >= DEAD_AFTER}
        found = {
            id: Node(id, url, socket)
            for id, url, socket, _ in row["others"]
            if id not in self._silent
        }
        # After a crash of the database the table is empty, which says nothing of who was in it:
        # they are there until they would have been silent for too long. One that has left closes
        # its links itself.
        kept = {
            id: node
            for id, node in self._others.items()
            if id not in self._silent and began - self._seen[id] < DEAD_AFTER
        }
        if self._others.keys() - kept.keys() - found.keys():
            self.gone_upto = position
        self._others = kept | found
        self._seen = {id: began if id in found else self._seen[id] for id in self._others}
        self.changed()
