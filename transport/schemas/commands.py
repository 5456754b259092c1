"""The schemas of commands: HTTP bodies and the data of socket events, each command beside itself.

`HTTP body or socket data -> struct -> domain command`; a value's own rules (a name's, say) are
the domain's, but those that a schema can tell are told here too, to be seen in the documents.
"""

from typing import Annotated

import msgspec

from domain.channel import Changes, MemberRole
from domain.channel_name import MAX_NAME_LENGTH
from domain.description import MAX_DESCRIPTION_LENGTH
from domain.identifiers import MAX_ID_LENGTH, MAX_IDEMPOTENCY_KEY_LENGTH
from projections.representations import ChannelId, ChannelModel, MemberModel
from transport.schemas.answers import Transaction, check_transaction

IDENTIFIER_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f]*$"

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
Identifier = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={
            "minLength": 1,
            "maxLength": MAX_ID_LENGTH,
            "pattern": IDENTIFIER_PATTERN,
        }
    ),
]
IdempotencyKey = Annotated[
    str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH})
]
Version = Annotated[
    int, msgspec.Meta(ge=1, description="the only version that the command is meant for")
]
Role = Annotated[
    MemberRole,
    msgspec.Meta(description="missing: as it is for a member, `user` for a new one"),
]


class CreateChannelBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The body of `POST /workspaces/{workspaceId}/channels`."""

    name: Name
    description: Description | None = None
    is_private: bool = False


class UpdateChannelBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The body of `PATCH /workspaces/{workspaceId}/channels/{channelId}`: the fields to set."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType | None = msgspec.UNSET
    is_private: bool | msgspec.UnsetType = msgspec.UNSET


class MemberBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PUT …/members/{userId}`; it may be missing."""

    role: Role | None = None


class _EventData(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What the data of every command holds."""

    workspace_id: Identifier
    transaction: Transaction | None = msgspec.field(default=None, name="transaction")

    def __post_init__(self) -> None:
        check_transaction(self.transaction)


class CreateChannelEvent(_EventData, frozen=True, kw_only=True):
    """The data of the socket event `create-channel`."""

    name: Name
    description: Description | None = None
    is_private: bool = False
    idempotency_key: IdempotencyKey | None = None


class _ChannelEventData(_EventData, frozen=True, kw_only=True):
    channel_id: ChannelId
    version: Version | None = None


class UpdateChannelEvent(_ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `update-channel`: the fields to set, and of which channel."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType | None = msgspec.UNSET
    is_private: bool | msgspec.UnsetType = msgspec.UNSET


class DeleteChannelEvent(_ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `delete-channel`."""


class AddMemberEvent(_ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `add-channel-member`."""

    user_id: Identifier
    role: Role | None = None


class RemoveMemberEvent(_ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `remove-channel-member`."""

    user_id: Identifier


class ChannelAck(msgspec.Struct, frozen=True):
    """The acknowledgement of `create-channel` and `update-channel`."""

    channel: ChannelModel


class MemberAck(msgspec.Struct, frozen=True):
    """The acknowledgement of `add-channel-member`."""

    member: MemberModel


def changes_of(wanted: UpdateChannelBody | UpdateChannelEvent) -> Changes:
    """The fields that a request for an update names."""
    changes: Changes = {}
    if wanted.name is not msgspec.UNSET:
        changes["name"] = wanted.name
    if wanted.description is not msgspec.UNSET:
        changes["description"] = wanted.description
    if wanted.is_private is not msgspec.UNSET:
        changes["is_private"] = wanted.is_private
    return changes
