"""The schemas: what may be sent and what is answered; both API documents are made of them too."""

from typing import Annotated, Any, TypeVar

import msgspec

from domain.errors import Invalid
from domain.identifiers import has_lone_surrogate
from projections.representations import ChannelModel
from projections.views.channel_history import HistoryEntry
from projections.views.member_page import Member
from transport.errors import Malformed

MAX_TRANSACTION_LENGTH = 128

CURSOR_PATTERN = "^[0-7][0-9a-f]{15}$"
"""Whatever looks like a cursor is one, so that a schema can tell the whole rule."""

Transaction = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_TRANSACTION_LENGTH,
        description="chosen by the client; names the second of the two error events",
    ),
]
Cursor = Annotated[
    str, msgspec.Meta(pattern=CURSOR_PATTERN, description="pass it as `after`; null at the end")
]


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

    def __post_init__(self) -> None:
        check_transaction(self.transaction)


def check_transaction(transaction: str | None) -> None:
    """A lone surrogate can be read, but not answered. Raises ValueError, which convert tells."""
    if transaction is not None and has_lone_surrogate(transaction):
        raise ValueError("transaction must not contain a lone surrogate")


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


class ChannelPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET /workspaces/{workspaceId}/channels`."""

    channels: list[ChannelModel]
    next: Cursor | None
    position: Annotated[int, msgspec.Meta(ge=0, description="the list reflects the log up to here")]


class MemberPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET …/members`: in the order of user ids; none for a public channel."""

    members: list[Member]
    next: (
        Annotated[
            str, msgspec.Meta(description="the last user id: pass it as `after`; null at the end")
        ]
        | None
    )
    position: Annotated[int, msgspec.Meta(ge=1, description="that of the channel's latest event")]


class HistoryPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET …/history`: oldest first. What happened while the channel was private is
    told to its members alone, so a page may hold less than `limit` and still have a next one."""

    history: list[HistoryEntry]
    next: Cursor | None


class Health(msgspec.Struct, frozen=True):
    """The answer of the health routes: what is missing, nothing when all is well.

    `building` names the read models of which an older version is read until they are there.
    """

    status: str
    missing: list[str] = []
    building: list[str] = []


T = TypeVar("T")


def decode_body(body: bytes, kind: type[T]) -> T:
    """The struct that a JSON body holds. Raises Malformed where it is no JSON, Invalid."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from None


def convert_data(data: Any, kind: type[T]) -> T:
    """The struct that the data of a socket event holds. Raises Malformed, Invalid."""
    if not isinstance(data, dict):
        raise Malformed("the event's data must be an object")
    try:
        return msgspec.convert(data, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None
    except RecursionError:
        raise Malformed("the event's data is nested too deeply") from None
    except UnicodeEncodeError:
        raise Malformed("the event's data has a lone surrogate in a field's name") from None
