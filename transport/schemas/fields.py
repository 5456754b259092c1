"""The fields that several shapes share, with what a schema can tell of their rules; the rules of a
value (of an identifier, say) are the domain's."""

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec

from domain.channel import MemberRole
from domain.errors import NotFound
from domain.identifiers import MAX_ID_LENGTH, MAX_IDEMPOTENCY_KEY_LENGTH

MAX_TRANSACTION_LENGTH = 128
"""Characters."""

IDENTIFIER_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f]*$"

CURSOR_PATTERN = "^[0-7][0-9a-f]{15}$"
"""Whatever looks like a cursor is one, so that a schema can tell the whole rule."""

Identifier: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={
            "minLength": 1,
            "maxLength": MAX_ID_LENGTH,
            "pattern": IDENTIFIER_PATTERN,
        }
    ),
]
OneWorkspace: TypeAlias = Annotated[Identifier, msgspec.Meta(description="missing: all of them")]
IdempotencyKey: TypeAlias = Annotated[
    str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH})
]
Version: TypeAlias = Annotated[
    int, msgspec.Meta(ge=1, description="the only version that the command is meant for")
]
Role: TypeAlias = Annotated[
    MemberRole,
    msgspec.Meta(description="missing: as it is for a member, `user` for a new one"),
]
Transaction: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_TRANSACTION_LENGTH,
        description="chosen by the client; names the second of the two error events",
    ),
]
Cursor: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=CURSOR_PATTERN, description="pass it as `after`; null at the end")
]


def parse_channel_id(text: str) -> UUID:
    """The channel id in a path or an event. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is no such channel: its id is a UUID") from None
