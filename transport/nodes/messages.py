"""The messages of a link, as MessagePack: what one node asks another, and what it is answered."""

import msgspec

from transport.socketio.elsewhere import Answer
from transport.socketio.packets import MAX_MESSAGE_SIZE

MAX_ASK_SIZE = MAX_MESSAGE_SIZE + 65_536
"""Bytes of a message from the node that asks: the body of a request, and what is around it."""


class Ask(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """What a session's owner is asked; it answers by the number."""

    number: int
    operation: str
    sid: str
    query: str = ""
    body: bytes = b""


class GiveUp(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Nobody waits any more for the answer of that number."""

    number: int


class Answered(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """The answer to the question of that number."""

    number: int
    answer: Answer
