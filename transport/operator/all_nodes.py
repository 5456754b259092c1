"""All nodes of the log, asked the same at the same time: this one directly, and the others over
their links. One that does not answer is named, and what the others say is what is known."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import msgspec

from domain.errors import Unavailable
from transport.operator.answers.connections import SilentNode
from transport.operator.questions import Question, Reply
from transport.socketio.elsewhere import Answer, NodeGone

OPERATOR = "OPERATOR"
"""The operation by which a node, and not one of its sessions, is asked for an operator."""

PATIENCE = 2.0
"""Seconds that a node has for its answer."""

R = TypeVar("R", bound=Reply)


class Links(Protocol):
    """The ways to the other nodes."""

    async def ids(self) -> Sequence[str]:
        """The ids of those that are there."""
        ...

    @property
    def gone_upto(self) -> int:
        """Up to this position a node may have told something that is gone."""
        ...

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        """Ask the node whose id that is, or that an id of a session begins with. Raises NodeGone,
        Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Replies(Generic[R]):
    """What the nodes have answered, by their ids, and who has not."""

    by_node: dict[str, R] = field(default_factory=dict)
    silent: list[SilentNode] = field(default_factory=list)
    gone_upto: int = 0
    """Up to this position one that is gone may have known more."""


class AllNodes:
    """Asks them, and answers them for this one."""

    def __init__(
        self, node_id: str, links: Links, answer: Callable[[Question], Awaitable[Reply]]
    ) -> None:
        """`answer` is what this node answers to a question."""
        self.node_id = node_id
        self._links = links
        self._answer = answer

    async def ids(self) -> list[str]:
        """Those that are there, in order."""
        return sorted([self.node_id, *await self._links.ids()])

    async def ask(
        self, question: Question, kind: type[R], *, of: Sequence[str] | None = None
    ) -> Replies[R]:
        """Ask all nodes, or some of them; `kind` is what answers the question. Never raises: a node
        that says nothing is among the silent."""
        node_ids = await self.ids() if of is None else of
        said = await asyncio.gather(*(self._ask(each, question, kind) for each in node_ids))
        # After that: one may have left while it was asked.
        replies: Replies[R] = Replies(gone_upto=self._links.gone_upto)
        for node_id, reply in zip(node_ids, said, strict=True):
            if isinstance(reply, str):
                replies.silent.append(SilentNode(node_id, reply))
            else:
                replies.by_node[node_id] = reply
        return replies

    async def answer(self, asked: bytes) -> Answer:
        """Answer what another node asks; it never raises for a question that it does not know."""
        try:
            question = _QUESTION.decode(asked)
        except msgspec.DecodeError:  # of a newer version
            return Answer(400)
        return Answer(200, msgspec.msgpack.encode(await self._answer(question)))

    async def _ask(self, node_id: str, question: Question, kind: type[R]) -> R | str:
        """What it answers, or why it does not."""
        try:
            async with asyncio.timeout(PATIENCE):
                if node_id == self.node_id:
                    reply = await self._answer(question)
                    assert isinstance(reply, kind)
                    return reply
                encoded = msgspec.msgpack.encode(question)
                answer = await self._links.ask(OPERATOR, node_id, body=encoded)
        except (NodeGone, TimeoutError, Unavailable):
            return "it does not answer"
        if answer.status != 200:
            return "its version of Kanal does not know what is asked"
        try:
            return msgspec.msgpack.decode(answer.body, type=kind)
        except msgspec.DecodeError:
            return "its version of Kanal answers something else"


_QUESTION = msgspec.msgpack.Decoder(Question)
