"""The shapes of `await-position`, by which a client learns that it has been sent all up to a
position."""

from typing import Annotated

import msgspec

from transport.schemas.fields import Identifier, Transaction


class AwaitPositionEvent(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The data of the socket event `await-position`."""

    position: Annotated[int, msgspec.Meta(ge=0, description="a position of the log")]
    workspace_id: (
        Annotated[
            Identifier,
            msgspec.Meta(description="refused where the socket hears nothing of this workspace"),
        ]
        | None
    ) = None
    transaction: Transaction | None = None


class PositionReached(msgspec.Struct, frozen=True):
    """Its acknowledgement, which comes behind the events."""

    position: Annotated[
        int, msgspec.Meta(ge=0, description="every event up to here has been sent to the socket")
    ]
