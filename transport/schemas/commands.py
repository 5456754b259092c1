"""The shapes of commands: for each its HTTP body and the data of its socket event.

A body or an event that sets fields of a channel is the domain's own struct of those fields, and is
handed on as it is.
"""

import msgspec

from domain.channel_fields import ChannelPatch, NewChannel
from projections.representations import ChannelId
from transport.schemas.fields import (
    IdempotencyKey,
    Identifier,
    OneWorkspace,
    Role,
    Transaction,
    Version,
)


class CreateChannelBody(NewChannel, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /workspaces/{workspaceId}/channels`."""


class CreateChannelEvent(NewChannel, frozen=True, forbid_unknown_fields=True):
    """The data of the socket event `create-channel`."""

    workspace_id: Identifier
    idempotency_key: IdempotencyKey | None = None
    transaction: Transaction | None = None


class UpdateChannelBody(ChannelPatch, frozen=True, forbid_unknown_fields=True):
    """The body of `PATCH /workspaces/{workspaceId}/channels/{channelId}`: the fields to set."""


class UpdateChannelEvent(ChannelPatch, frozen=True, forbid_unknown_fields=True):
    """The data of the socket event `update-channel`: the fields to set, and of which channel."""

    workspace_id: Identifier
    channel_id: ChannelId
    version: Version | None = None
    transaction: Transaction | None = None


class ChannelEventData(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """What the data of a command on one channel holds beside the command's own fields. An update
    repeats them: of two structs with fields, msgspec makes no third."""

    workspace_id: Identifier
    channel_id: ChannelId
    version: Version | None = None
    transaction: Transaction | None = None


class DeleteChannelEvent(ChannelEventData, frozen=True):
    """The data of the socket event `delete-channel`."""


class MemberBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PUT …/members/{userId}`; it may be missing."""

    role: Role | None = None


class AddMemberEvent(ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `add-channel-member`."""

    user_id: Identifier
    role: Role | None = None


class RemoveMemberEvent(ChannelEventData, frozen=True, kw_only=True):
    """The data of the socket event `remove-channel-member`."""

    user_id: Identifier


class RevocationBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The body of `POST /revocations`: whose access is taken back, and where."""

    user_id: Identifier
    workspace_id: OneWorkspace | None = None


class RevokeAccessEvent(RevocationBody, frozen=True, kw_only=True):
    """The data of the socket event `revoke-access`."""

    transaction: Transaction | None = None
