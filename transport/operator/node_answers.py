"""The nodes for operators: as the node table has them, and with what each says of itself."""

from collections.abc import Awaitable, Callable, Sequence

from persistence.nodes.node_list import NodeStatus
from projections.representations import rfc3339
from transport.delivery.live_delivery import Delivery
from transport.operator.all_nodes import AllNodes
from transport.operator.answers.nodes import NodeAnswer, NodeList
from transport.operator.questions import HowItIs, NodeState


class NodeAnswers:
    """Raises Unavailable."""

    def __init__(
        self,
        table: Callable[[], Awaitable[Sequence[NodeStatus]]],
        head: Callable[[], Awaitable[int]],
        nodes: AllNodes,
        delivery: Delivery,
    ) -> None:
        """`table` answers all nodes of the last minute."""
        self._table = table
        self._head = head
        self._nodes = nodes
        self._delivery = delivery

    async def all(self) -> NodeList:
        """All of them, the oldest first."""
        replies = await self._nodes.ask(HowItIs(), NodeState)
        # After that, since who asks has looked who is there: the table may have been empty.
        table, head = await self._table(), await self._head()
        return NodeList(
            nodes=[self._answer(each, replies.by_node.get(each.id)) for each in table],
            head=head,
            log=self._delivery.lineage.log_id,
            silent=replies.silent,
        )

    def _answer(self, status: NodeStatus, state: NodeState | None) -> NodeAnswer:
        return NodeAnswer(
            id=status.id,
            address=status.address,
            version=status.version,
            position=status.position,
            connections=status.connections,
            since=rfc3339(status.since),
            silent_for=status.silent,
            is_there=status.is_there,
            is_asked=status.id == self._nodes.node_id,
            missing=None if state is None else state.missing,
            building=None if state is None else state.building,
            alarms=None if state is None else state.alarms,
            alarms_dropped=0 if state is None else state.dropped,
        )
