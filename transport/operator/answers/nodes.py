"""The shapes of nodes and of what they have to complain of."""

from typing import Annotated

import msgspec

from projections.representations import Moment
from transport.operator.answers.connections import NodeId, SilentNode


class Alarm(msgspec.Struct, frozen=True, rename="camel"):
    """Something that was logged as CRITICAL, such as that the log was rewound."""

    at: Moment
    message: str


class NodeAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A node that serves the log. What it says of itself is null where it does not answer."""

    id: NodeId
    address: str | None
    version: str
    position: Annotated[int, msgspec.Meta(ge=0, description="up to where it has delivered")]
    connections: int
    since: Moment
    silent_for: Annotated[float, msgspec.Meta(description="seconds since it said that it is there")]
    is_there: bool
    is_asked: Annotated[bool, msgspec.Meta(description="the one that has answered this")]
    missing: Annotated[list[str], msgspec.Meta(description="what keeps it from being ready")] | None
    building: list[str] | None
    alarms: Annotated[list[Alarm], msgspec.Meta(description="the latest last")] | None
    alarms_dropped: Annotated[int, msgspec.Meta(description="older ones that are not kept")] = 0


class NodeList(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/nodes`: the oldest first."""

    nodes: list[NodeAnswer]
    head: int
    log: str
    silent: list[SilentNode]
