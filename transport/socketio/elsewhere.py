"""Elsewhere: the sessions of other nodes, as a protocol. The engine asks it for those that it has
not opened itself, and answers what other nodes ask of its own."""

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from transport.socketio.environ import Body

MAX_ANSWER_SIZE = 2**24
"""Bytes of what a node answers another one."""

UPGRADE, HOLD, RELEASE = "UPGRADE", "HOLD", "RELEASE"
STAY, BREAK, TAKE = "STAY", "BREAK", "TAKE"
"""What is asked of an owner beside the requests of its sessions, as `owner.py` has it."""


class NodeGone(Exception):
    """The node that has a session cannot be asked for it: it is not there, or says nothing."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What a session's owner answers to a request."""

    status: int
    body: bytes = b""
    content_type: str | None = None


class MovedConnection(msgspec.Struct, frozen=True, array_like=True):
    """What a connection is that goes on at another node."""

    sid: str | None
    """Its id in the default namespace; None where its client has not entered it."""
    unsent: list[str]
    """The packets that wait to be sent, encoded."""
    session: bytes
    """What the handler goes on with."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A request for a session that came to another node, which has checked where it comes from."""

    method: str
    query: str
    body: bytes

    @property
    def environ(self) -> dict[str, Any]:
        """The environ, as python-engineio reads it."""
        return {
            "wsgi.input": Body(self.body),
            "wsgi.url_scheme": "http",
            "REQUEST_METHOD": self.method,
            "CONTENT_LENGTH": str(len(self.body)),
            "QUERY_STRING": self.query,
        }


class Elsewhere(Protocol):
    """The other nodes of this log."""

    def owns(self, sid: str) -> bool:
        """Whether the session of an id was opened by this node."""
        ...

    def new_id(self, random: str) -> str:
        """The id of a session that this node opens, of something random."""
        ...

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        """Ask the owner of a session to serve a request, whose method is the operation, or for one
        of those above.
        NodeGone, at once where there is no such node, and Unavailable where too much is asked at a
        time."""
        ...
