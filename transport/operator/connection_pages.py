"""The open connections of all nodes in pages, node by node, of each the oldest first; and letting
one go, whichever node has it."""

from dataclasses import dataclass

import msgspec

from transport.delivery.live_delivery import Delivery
from transport.operator.all_nodes import AllNodes
from transport.operator.answers.connections import ConnectionPage, LetGo, OpenConnection, SilentNode
from transport.operator.questions import Connected, HasLetGo, WhoIsConnected
from transport.operator.questions import LetGo as LetGoQuestion

CURSOR_PATTERN = r"^[a-z2-7]{8}\.(0|[1-9][0-9]{0,17})$"
"""A node, and a place among the connections that it has opened."""


@dataclass(frozen=True, slots=True)
class ConnectionPages:
    """Asks the nodes, one after the other until a page is full."""

    nodes: AllNodes
    delivery: Delivery

    async def page(
        self, asked: WhoIsConnected, *, node_id: str | None, after: str | None
    ) -> ConnectionPage:
        """Those beyond a cursor, of one node or of all."""
        begins_at, place = after.split(".") if after is not None else ("", "0")
        node_ids = [
            each for each in await self.nodes.ids() if each >= begins_at and node_id in (None, each)
        ]
        connections: list[OpenConnection] = []
        silent: list[SilentNode] = []
        following: str | None = None
        for each in node_ids:
            room = asked.limit - len(connections)
            question = msgspec.structs.replace(
                asked, limit=room, after=int(place) if each == begins_at else 0
            )
            replies = await self.nodes.ask(question, Connected, of=[each])
            silent += replies.silent
            for reply in replies.by_node.values():
                connections += [connection for _, connection in reply.connections]
                if reply.is_more:
                    last = reply.connections[-1][0] if reply.connections else question.after
                    following = f"{each}.{last}"
            if following is not None:
                break
        return ConnectionPage(connections, following, self.delivery.position, silent)

    async def let_go(self, connection_id: str) -> LetGo | None:
        """End a connection so that its client comes back; None where no node has it."""
        replies = await self.nodes.ask(LetGoQuestion(connection_id), HasLetGo)
        for node_id, reply in replies.by_node.items():
            if reply.was_there:
                return LetGo(connection_id, node_id)
        return None
