"""The schemas: what a request may look like. Validation and both API documents come from here.

`HTTP body or socket data -> struct -> domain command`; a value's own rules (a name's, say) are
the domain's, but those that a schema can tell are told here too, to be seen in the documents.
"""

from typing import Annotated, Any, TypeVar

import msgspec

from domain.channel import MAX_DESCRIPTION_LENGTH
from domain.channel_name import MAX_NAME_LENGTH
from domain.commands import MAX_IDEMPOTENCY_KEY_LENGTH
from domain.errors import Invalid
from domain.identifiers import MAX_ID_LENGTH, has_lone_surrogate
from projections.channel_model import ChannelModel
from transport.errors import Malformed

MAX_TRANSACTION_LENGTH = 128

CURSOR_PATTERN = "^[0-7][0-9a-f]{15}$"
"""Whatever looks like a cursor is one, so that a schema can tell the whole rule."""

Name = Annotated[
    str,
    msgspec.Meta(
        description=f"1 to {MAX_NAME_LENGTH} characters after trimming and NFC, no control"
        " characters, unique in its workspace regardless of case",
        extra_json_schema={
            "minLength": 1,
            "maxLength": MAX_NAME_LENGTH,
            "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f]"
            r"[^\u0000-\u001f\u007f-\u009f]*$",
        },
    ),
]
Description = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={"maxLength": MAX_DESCRIPTION_LENGTH, "pattern": r"^[^\u0000]*$"}
    ),
]
WorkspaceId = Annotated[
    str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_ID_LENGTH})
]
Transaction = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_TRANSACTION_LENGTH,
        description="chosen by the client; names the second of the two error events",
    ),
]


class CreateChannelBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The body of `POST /workspaces/{workspaceId}/channels`."""

    name: Name
    description: Description | None = None
    is_private: bool = False


class CreateChannelEvent(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The data of the socket event `create-channel`."""

    workspace_id: WorkspaceId
    name: Name
    description: Description | None = None
    is_private: bool = False
    idempotency_key: (
        Annotated[
            str,
            msgspec.Meta(
                extra_json_schema={"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH}
            ),
        ]
        | None
    ) = None
    transaction: Transaction | None = None

    def __post_init__(self) -> None:
        _check_transaction(self.transaction)


class AuthEvent(msgspec.Struct, frozen=True, rename="camel"):
    """The data of the socket event `auth`; fields that are not known are let pass, since a
    handshake's `auth` object is the client's to fill."""

    data: Annotated[str, msgspec.Meta(description="the access token")] | None = None
    token: Annotated[str, msgspec.Meta(description="read where `data` is missing")] | None = None
    transaction: Transaction | None = None

    def __post_init__(self) -> None:
        _check_transaction(self.transaction)


def _check_transaction(transaction: str | None) -> None:
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
    transaction: Transaction | None = None


class ChannelAck(msgspec.Struct, frozen=True):
    """The acknowledgement of a command about a channel."""

    channel: ChannelModel


class ChannelPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET /workspaces/{workspaceId}/channels`."""

    channels: list[ChannelModel]
    next: (
        Annotated[
            str,
            msgspec.Meta(pattern=CURSOR_PATTERN, description="pass it as `after`; null at the end"),
        ]
        | None
    )
    position: Annotated[int, msgspec.Meta(ge=0, description="the list reflects the log up to here")]


class Health(msgspec.Struct, frozen=True):
    """The answer of the health routes: what is missing, nothing when all is well."""

    status: str
    missing: list[str] = []


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
