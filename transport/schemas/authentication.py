"""The shapes of `auth`, the one socket event that is no command, and of its answer."""

from typing import Annotated

import msgspec

from transport.schemas.fields import Transaction


class AuthEvent(msgspec.Struct, frozen=True, rename="camel"):
    """The data of the socket event `auth`; fields that are not known are let pass, since a
    handshake's `auth` object is the client's to fill."""

    data: Annotated[str, msgspec.Meta(description="the access token")] | None = None
    token: Annotated[str, msgspec.Meta(description="read where `data` is missing")] | None = None
    transaction: Transaction | None = None
    position: (
        Annotated[
            int,
            msgspec.Meta(ge=0, description="everything up to here, in the log, has been seen"),
        ]
        | None
    ) = None
    log: (
        Annotated[str, msgspec.Meta(description="the id of the log of `position`; missing: this")]
        | None
    ) = None


class AuthSuccess(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The answer to `auth`: who the socket now speaks for, and where its events begin."""

    user_id: str
    position: Annotated[
        int, msgspec.Meta(ge=0, description="events beyond this position of the log follow")
    ]
    log: Annotated[str, msgspec.Meta(description="the id of the log that positions belong to")]
    recovered: Annotated[
        bool,
        msgspec.Meta(
            description="whether what follows joins what the client has seen without a gap;"
            " if not, fetch the list"
        ),
    ]
    transaction: Transaction | None = None
