"""The shapes of whom an event concerned: who was to hear it and why, who was sent it over which
connection, and what those who were away are told when they come back."""

from enum import StrEnum
from typing import Annotated

import msgspec

from projections.emissions.emissions import Reason
from projections.representations import ChannelModel, Moment, Position
from projections.views.log_entries import LogEntry
from projections.views.member_page import Member
from transport.delivery.past_sessions import End
from transport.operator.answers.connections import ConnectionId, NodeId, SilentNode


class Outcome(StrEnum):
    """What became of an event on one connection."""

    LIVE = "live"
    """It was sent as it happened."""
    CAUGHT_UP = "caught-up"
    """It was sent with what had been missed."""
    LEFT_OUT = "left-out"
    """What had been missed was sent without it, since the user could not see the channel then."""
    NOT_YET = "not-yet"
    """The connection is to be sent what it has missed, and this is a part of that."""
    SEEN_BEFORE = "seen-before"
    """Its client said that it had seen all up to `from`, which this is a part of."""
    CAME_LATER = "came-later"
    """It was sent what lies beyond its `from` alone: its client is to read the list."""
    ENDED_BEFORE = "ended-before"
    OTHER_WORKSPACES = "other-workspaces"
    OTHER_LOG = "other-log"
    """It was told of a log that has another event at this position."""


class Verdict(StrEnum):
    """What became of an event for one user, over all connections."""

    SENT = "sent"
    NOT_YET = "not-yet"
    LEFT_OUT = "left-out"
    SEEN_BEFORE = "seen-before"
    CAME_LATER = "came-later"
    AWAY = "away"
    """The user was connected before, and not when it happened."""
    NOT_CONNECTED = "not-connected"
    """No node remembers a connection, and all remember as far back as that."""
    NOT_KNOWN = "not-known"
    """No node remembers a connection, and not all remember as far back as that."""
    NOT_CONCERNED = "not-concerned"
    """It was not for this user; `because` says why."""


class Because(StrEnum):
    """Why an event was not for a user."""

    SAYS_NOTHING = "says-nothing"
    """It says nothing on the sockets to anybody."""
    NO_ACCESS = "no-access"
    """Up to there they could never see the channel."""
    LOST = "lost-access"
    """They could see the channel before; `sight` says until when."""
    OTHER_WORKSPACES = "other-workspaces"
    """Their connections are for other workspaces, as far as the nodes remember."""
    NOT_IN_IT = "not-in-audience"
    """They can see the channel, and it was said to others."""


class ConnectionOfUser(msgspec.Struct, frozen=True, rename="camel"):
    """A connection of a user, as it concerns one event. It was sent what the user could see in the
    workspace at positions beyond `from` and up to `upto`: that beyond `liveFrom` as it happened."""

    id: ConnectionId
    node_id: NodeId
    outcome: Outcome
    from_: (
        Annotated[int, msgspec.Meta(description="null: it was told nothing of the workspace")]
        | None
    ) = msgspec.field(name="from")
    upto: int
    live_from: Annotated[int, msgspec.Meta(description="null: it has not caught up yet")] | None
    transport: Annotated[str, msgspec.Meta(description="null: it has ended")] | None
    waiting_bytes: Annotated[
        int, msgspec.Meta(description="what waits to be sent: this may be a part of it")
    ]
    ended_at: Annotated[Moment, msgspec.Meta(description="null: it is open")] | None
    ended: End | None


class Away(msgspec.Struct, frozen=True, rename="camel"):
    """What a client is told that comes back with the latest position that the user was sent."""

    since: Annotated[int, msgspec.Meta(ge=0, description="the latest position that was sent")]
    recovered: Annotated[bool, msgspec.Meta(description="whether it is sent what it has missed")]
    because: (
        Annotated[str, msgspec.Meta(description="not recovered: too-far-behind or other-log")]
        | None
    )
    will_hear: Annotated[
        bool, msgspec.Meta(description="whether this event is a part of it, as things are now")
    ]


class Sight(msgspec.Struct, frozen=True, rename="camel"):
    """A user could see the channel from one position on, up to before another."""

    from_: Position = msgspec.field(name="from")
    until: Annotated[int, msgspec.Meta(description="null: to this day")] | None


class Concerned(msgspec.Struct, frozen=True, rename="camel"):
    """A user whom an event concerned, or about whom was asked."""

    user_id: str
    verdict: Verdict
    because: Because | None
    reasons: list[Reason]
    hears: Annotated[list[str], msgspec.Meta(description="the socket events, in their order")]
    connections: Annotated[
        list[ConnectionOfUser], msgspec.Meta(description="the most telling first, the latest first")
    ]
    connection_count: int
    away: Away | None
    sight: Annotated[list[Sight], msgspec.Meta(description="where one user is asked about")] = []


class Said(msgspec.Struct, frozen=True, rename="camel"):
    """What an event says on the sockets, and to whom: to all of the workspace without `without`, or
    to `only` some of them; of either the number, since there may be many."""

    event: Annotated[str, msgspec.Meta(description="the socket event")]
    reason: Reason
    only: Annotated[int, msgspec.Meta(ge=0)] | None
    without: Annotated[int, msgspec.Meta(ge=0)]


class ChannelState(msgspec.Struct, frozen=True, rename="camel"):
    """A channel as of a position, with the first of its members. While it is public they are kept
    and mean nothing."""

    channel: ChannelModel
    is_deleted: bool
    members: list[Member]
    member_count: int


class Memory(msgspec.Struct, frozen=True, rename="camel"):
    """How far back a node remembers connections that have ended: those that were told anything
    beyond the position `from`."""

    node_id: NodeId
    from_: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="from")
    since: Moment
    because: Annotated[str, msgspec.Meta(description="started, or forgot (it keeps so many)")]


class EventAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/log/{position}`. `concerned` are the users whom it concerned, as
    far as they are members or known to the nodes, in the order of their ids; of a public channel
    all of the workspace hear, also those who are not there yet."""

    event: LogEntry
    before: ChannelState | None
    after: ChannelState | None
    said: list[Said]
    concerned: list[Concerned]
    next: Annotated[str, msgspec.Meta(description="pass it as `afterUser`; null at the end")] | None
    memories: list[Memory]
    silent: list[SilentNode]
    position: Annotated[int, msgspec.Meta(ge=0, description="the head of the log")]
    log: str
