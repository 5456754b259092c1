"""What a node asks all nodes for an operator, itself among them, and how each answers; as
MessagePack on the links.

Fields are known by their names, and those that a version does not know are passed over. A question
that a node does not know it refuses, and who asks says so.
"""

from typing import Annotated, TypeAlias

import msgspec

from transport.delivery.past_sessions import End
from transport.operator.answers.connections import OpenConnection
from transport.operator.answers.nodes import Alarm
from transport.operator.answers.projections import Replay

MAX_ASKED_USERS = 500

Bounded: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_ASKED_USERS)]


class WhoIsConnected(msgspec.Struct, frozen=True, tag="connected"):
    """The connections that are open, the oldest first, beyond a place among all that the node has
    opened."""

    limit: Bounded
    after: int = 0
    user_id: str | None = None
    workspace_id: str | None = None


class Connected(msgspec.Struct, frozen=True):
    """Each with its place; `is_more` where there are others beyond."""

    connections: list[tuple[int, OpenConnection]]
    is_more: bool


class WhoWasTold(msgspec.Struct, frozen=True, tag="told"):
    """What the connections, open and ended, of some users were told; and where `others` is a
    number, of so many others who were in the workspace, in the order of their ids beyond one."""

    workspace_id: str
    users: Annotated[list[str], msgspec.Meta(max_length=MAX_ASKED_USERS)]
    others: Bounded = 0
    after_user: str = ""


class ToldConnection(msgspec.Struct, frozen=True):
    """A connection while it spoke for one user: of each workspace it was told all beyond the
    position, up to `upto`; that beyond `live_from` as it happened. It is open unless it `ended`."""

    id: str
    user_id: str
    workspaces: dict[str, int]
    upto: int
    live_from: int | None
    log: str
    has_resumed: bool = False
    transport: str | None = None
    waiting_bytes: int = 0
    ended_at: float | None = None
    ended: End | None = None


class Told(msgspec.Struct, frozen=True):
    """What was asked for, and how far back the node remembers: all connections that were told
    anything beyond the position `beyond`, or have ended after `since`, in Unix time."""

    connections: list[ToldConnection]
    beyond: int
    since: float
    has_forgotten: bool


class HowItIs(msgspec.Struct, frozen=True, tag="state"):
    """How the node is, and what it complains of."""


class NodeState(msgspec.Struct, frozen=True):
    """As its health routes have it, and its alarms, of which older ones are not kept."""

    missing: list[str]
    building: list[str]
    alarms: list[Alarm]
    dropped: int


class WhichReplays(msgspec.Struct, frozen=True, tag="replays"):
    """The replays that operators have begun at the node."""


class Replays(msgspec.Struct, frozen=True):
    """By projection, the last one."""

    replays: dict[str, Replay]


class LetGo(msgspec.Struct, frozen=True, tag="let-go"):
    """End a connection, so that its client comes back."""

    id: str


class HasLetGo(msgspec.Struct, frozen=True):
    """Whether the node has had it."""

    was_there: bool


Question: TypeAlias = WhoIsConnected | WhoWasTold | HowItIs | WhichReplays | LetGo
Reply: TypeAlias = Connected | Told | NodeState | Replays | HasLetGo
