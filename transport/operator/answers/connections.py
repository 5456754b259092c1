"""The shapes of connections: those that are open, on all nodes, and those that have ended, as far
as the nodes remember."""

from typing import Annotated, TypeAlias

import msgspec

from projections.representations import Moment

NodeId: TypeAlias = Annotated[str, msgspec.Meta(description="as `kanal nodes` shows it")]
ConnectionId: TypeAlias = Annotated[str, msgspec.Meta(description="its Engine.IO id")]

SHOWN_WORKSPACES = 50


class OpenConnection(msgspec.Struct, frozen=True, rename="camel"):
    """A connection that is open. `state` is that of its session: connected (it has not
    authenticated), catching up, holding, live, expired."""

    id: ConnectionId
    node_id: NodeId
    user_id: Annotated[str, msgspec.Meta(description="null: it speaks for nobody")] | None
    workspaces: Annotated[
        list[str], msgspec.Meta(description=f"the first {SHOWN_WORKSPACES} of them")
    ]
    workspace_count: int
    state: str
    transport: Annotated[str, msgspec.Meta(description="websocket or polling")]
    address: str
    since: Annotated[Moment, msgspec.Meta(description="when this node got it")]
    expires_at: Annotated[Moment, msgspec.Meta(description="when its access ends")] | None
    position: Annotated[
        int, msgspec.Meta(ge=0, description="it has been sent all up to here that it may hear")
    ]
    waiting_bytes: Annotated[int, msgspec.Meta(ge=0, description="what waits to be sent to it")]
    recovers: Annotated[
        bool, msgspec.Meta(description="whether it takes part in connection state recovery")
    ]


class SilentNode(msgspec.Struct, frozen=True, rename="camel"):
    """A node that has not answered, so that the answer is without what it knows."""

    node_id: NodeId
    why: Annotated[str, msgspec.Meta(description="gone, or it does not know what is asked")]


class ConnectionPage(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/connections`: node by node, of each the oldest first."""

    connections: list[OpenConnection]
    next: Annotated[str, msgspec.Meta(description="pass it as `after`; null at the end")] | None
    position: Annotated[int, msgspec.Meta(ge=0, description="up to where this node has delivered")]
    silent: list[SilentNode]


class LetGo(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `DELETE /operator/connections/{connectionId}`: its client comes back."""

    id: ConnectionId
    node_id: NodeId
