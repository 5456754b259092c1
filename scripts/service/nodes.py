"""Makes a process one of the nodes of its log: builds what it needs to find the others and be found
by them, joins, and leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.metadata import version

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.nodes.node_table import NodeTable, Self, new_node_id
from transport.metrics import Metrics
from transport.nodes.link_server import LinkServer
from transport.nodes.messages import Ask
from transport.nodes.other_nodes import OtherNodes
from transport.nodes.signing import Signing
from transport.operator.all_nodes import OPERATOR, AllNodes
from transport.operator.questions import Question, Reply
from transport.socketio.elsewhere import Answer
from transport.socketio.owner import Owner
from transport.socketio.server import SocketServer

LEAVE_TIMEOUT = 0.5
"""Seconds that a node which stops waits until its row is gone."""


class Nodes:
    """This node among the others."""

    def __init__(
        self, database: Database, load: Callable[[], tuple[int, int]], metrics: Metrics
    ) -> None:
        """`load` answers the position up to which this node has delivered, and its connections."""
        self.id = new_node_id()
        self.table = NodeTable(database, load)
        signing = Signing(self.id, lambda: self.table.key, lambda: self.table.now)
        self.others = OtherNodes(self.id, self.table, signing, metrics)
        self._links = LinkServer(signing, self._serve, self.others)
        self.routes = self._links.routes

    def serve(
        self, server: SocketServer, answer: Callable[[Question], Awaitable[Reply]]
    ) -> AllNodes:
        """Set what has the sessions of this node, and what answers the questions of operators,
        before it joins. Answers all nodes, as they are asked for operators."""
        self._owner = Owner(server)
        self._all = AllNodes(self.id, self.others, answer)
        return self._all

    async def join(
        self, *, scheme: str = "http", port: int, url: str | None, socket: str | None
    ) -> None:
        """Let the others know of this node: it is reached at a socket of the file system or a URL;
        without one, at the port of the address that the database sees. Raises Unavailable."""
        await self.table.join(Self(self.id, version("kanal"), port, url, socket, scheme))

    async def leave(self) -> None:
        """Go, so that nobody asks this node for anything any more."""
        with suppress(Unavailable, TimeoutError):  # then the others know in a few seconds
            async with asyncio.timeout(LEAVE_TIMEOUT):
                await self.table.leave()
        self._links.close()
        await self.others.close()

    async def _serve(self, ask: Ask, asker: "asyncio.Future[None]") -> Answer:
        if ask.operation == OPERATOR:
            return await self._all.answer(ask.body)
        return await self._owner.answer(ask.operation, ask.sid, ask.query, ask.body, asker)
