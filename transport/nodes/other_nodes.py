"""The other nodes: finds the one that has a session by the session's id, and asks it over a link.

The first characters of a session's id are the id of the node that opened it. Where that node is to
be reached, only the node table says.
"""

import asyncio
import re

from domain.errors import Unavailable
from persistence.nodes.node_table import ID_LENGTH, ID_PATTERN, Node, NodeTable
from transport.metrics import Metrics
from transport.nodes.link import Link, is_beside
from transport.nodes.signing import Signing
from transport.socketio.elsewhere import (
    BREAK,
    HOLD,
    RELEASE,
    STAY,
    TAKE,
    UPGRADE,
    Answer,
    Elsewhere,
    NodeGone,
)

MAX_ASKED = 20_000
"""Requests that wait for other nodes at a time; one more for each client that polls."""

ASK_TIMEOUT = 60.0
"""Seconds; a polling request may stand open for 45."""

_WHAT = {
    **dict.fromkeys(("GET", "POST"), "request"),
    **dict.fromkeys((UPGRADE, HOLD, RELEASE, STAY, BREAK), "upgrade"),
    TAKE: "move",
}
"""As what an operation is counted; what is none of these is a question of operators."""


class OtherNodes(Elsewhere):
    """All nodes of the log but this one."""

    def __init__(self, node_id: str, table: NodeTable, signing: Signing, metrics: Metrics) -> None:
        self._hops = metrics.hops
        self._node_id = node_id
        self._table = table
        self._signing = signing
        self._links: dict[str, Link] = {}
        self._asked = 0
        table.changed = self._let_go

    async def ids(self) -> list[str]:
        """Those of all that are there."""
        return await self._table.others()

    @property
    def gone_upto(self) -> int:
        """Up to here one may have told something that is gone, and has taken along that it did."""
        return self._table.gone_upto

    def owns(self, sid: str) -> bool:
        return sid.startswith(self._node_id)

    def new_id(self, random: str) -> str:
        return self._node_id + random

    async def is_beside(self, node_id: str) -> bool:
        """Whether a node is one of this machine, with a socket of its own. Raises Unavailable."""
        node = await self._table.find(node_id)
        return node is not None and is_beside(node)

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        """As the protocol has it; with the id of a node in the place of a session's, the node is
        asked itself."""
        if self._asked >= MAX_ASKED:
            raise Unavailable("too much is asked of other nodes; try again")
        self._asked += 1
        outcome = "given-up"
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                link = self._link(await self._node(sid))
                answer = await link.ask(operation, sid, query, body)
            outcome = "answered"
            return answer
        except (TimeoutError, NodeGone):
            outcome = "node-gone"
            raise NodeGone from None
        finally:
            self._asked -= 1
            self._hops.labels(_WHAT.get(operation, "question"), outcome).inc()

    async def close(self) -> None:
        """Close all links."""
        for link in self._links.values():
            link.close()
        await asyncio.gather(*(link.closed() for link in self._links.values()))
        self._links.clear()

    async def _node(self, sid: str) -> Node:
        """The node that has opened a session. Raises NodeGone, Unavailable."""
        node_id = sid[:ID_LENGTH]
        is_id = re.fullmatch(ID_PATTERN, node_id)
        node = await self._table.find(node_id) if is_id else None
        if node is None:
            raise NodeGone
        return node

    def _link(self, node: Node) -> Link:
        link = self._links.get(node.id)
        if link is None or link.is_gone:
            link = self._links[node.id] = Link(node, self._signing)
        return link

    def _let_go(self) -> None:
        """Give up what is asked of nodes that are gone."""
        for node_id in [id for id in self._links if self._table.known(id) is None]:
            self._links.pop(node_id).close()
