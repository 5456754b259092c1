"""The commands, one row each: the socket event that asks for it and the HTTP request that does.

    data of an event → its struct → the row's handler → the domain's command → acknowledgement

The sockets serve events by these rows, and both API documents are made of them. What HTTP answers
is in `http/`: there a command has a status, headers and a body of its own.
"""

from collections.abc import Mapping
from typing import Any

from domain.actor import Cause
from domain.errors import LastAdmin, NameTaken, NotPrivate, TooManyChannels
from domain.queries import ChannelRef
from projections.representations import (
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
    RevocationModel,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
    revocation_model,
)
from transport.command import Command, Commands, Route
from transport.schemas.answers import ChannelAck, MemberAck
from transport.schemas.commands import (
    AddMemberEvent,
    ChannelEventData,
    CreateChannelBody,
    CreateChannelEvent,
    DeleteChannelEvent,
    MemberBody,
    RemoveMemberEvent,
    RevocationBody,
    RevokeAccessEvent,
    UpdateChannelBody,
    UpdateChannelEvent,
)
from transport.schemas.fields import parse_channel_id

CHANNELS = "/workspaces/{workspaceId}/channels"
CHANNEL = f"{CHANNELS}/{{channelId}}"
MEMBER = f"{CHANNEL}/members/{{userId}}"
REVOCATIONS = "/revocations"


async def _create_channel(
    commands: Commands, cause: Cause, event: CreateChannelEvent
) -> ChannelAck:
    creation = await commands.channels.create_channel(
        cause, event.workspace_id, event, event.idempotency_key
    )
    return ChannelAck(channel_model(creation.at))


async def _update_channel(
    commands: Commands, cause: Cause, event: UpdateChannelEvent
) -> ChannelAck:
    at = await commands.channels.update_channel(cause, _ref(event), event)
    return ChannelAck(channel_model(at))


async def _delete_channel(commands: Commands, cause: Cause, event: DeleteChannelEvent) -> GoneModel:
    return gone_model(await commands.channels.delete_channel(cause, _ref(event)))


async def _add_member(commands: Commands, cause: Cause, event: AddMemberEvent) -> MemberAck:
    at = await commands.channels.add_member(cause, _ref(event), event.user_id, event.role)
    return MemberAck(member_model(at, event.user_id))


async def _remove_member(
    commands: Commands, cause: Cause, event: RemoveMemberEvent
) -> FormerMemberModel:
    at = await commands.channels.remove_member(cause, _ref(event), event.user_id)
    return former_member_model(at, event.user_id)


async def _revoke_access(
    commands: Commands, cause: Cause, event: RevokeAccessEvent
) -> RevocationModel:
    at = await commands.access.revoke_access(cause, event.user_id, event.workspace_id)
    return revocation_model(at)


def _ref(event: UpdateChannelEvent | ChannelEventData) -> ChannelRef:
    """The channel that an event names. Raises NotFound where its id is none."""
    versions = None if event.version is None else frozenset({event.version})
    return ChannelRef(event.workspace_id, parse_channel_id(event.channel_id), versions)


_ALL: tuple[Command[Any], ...] = (
    Command(
        "create-channel",
        CreateChannelEvent,
        ChannelAck,
        _create_channel,
        Route(
            "post",
            CHANNELS,
            "createChannel",
            "Create a channel",
            answer=ChannelModel,
            answered={
                201: "Created; also for the first use of an idempotency key",
                200: "The channel that this idempotency key has created before",
            },
            headers=("ETag", "Location"),
            body=CreateChannelBody,
            refused=(NameTaken.code, TooManyChannels.code),
        ),
    ),
    Command(
        "update-channel",
        UpdateChannelEvent,
        ChannelAck,
        _update_channel,
        Route(
            "patch",
            CHANNEL,
            "updateChannel",
            "Set some of a channel's fields; its creator, its admins, and the workspace's admins"
            " and moderators may",
            answer=ChannelModel,
            answered={200: "The channel as it is now"},
            headers=("ETag",),
            body=UpdateChannelBody,
            refused=(NameTaken.code,),
        ),
    ),
    Command(
        "delete-channel",
        DeleteChannelEvent,
        GoneModel,
        _delete_channel,
        Route(
            "delete",
            CHANNEL,
            "deleteChannel",
            "End a channel: its name becomes free; the same people may",
            answer=GoneModel,
            answered={200: "It is no more"},
        ),
    ),
    Command(
        "add-channel-member",
        AddMemberEvent,
        MemberAck,
        _add_member,
        Route(
            "put",
            MEMBER,
            "addMember",
            "Let a user into a private channel, or change their role there; its creator, its"
            " admins, and the workspace's admins and moderators may",
            answer=MemberModel,
            answered={200: "The member"},
            body=MemberBody,
            needs_body=False,
            refused=(NotPrivate.code, LastAdmin.code),
        ),
    ),
    Command(
        "remove-channel-member",
        RemoveMemberEvent,
        FormerMemberModel,
        _remove_member,
        Route(
            "delete",
            MEMBER,
            "removeMember",
            "Take a user out of a private channel; the same people may, and the user themselves",
            answer=FormerMemberModel,
            answered={200: "They are no member"},
            refused=(NotPrivate.code, LastAdmin.code),
        ),
    ),
    Command(
        "revoke-access",
        RevokeAccessEvent,
        RevocationModel,
        _revoke_access,
        Route(
            "post",
            REVOCATIONS,
            "revokeAccess",
            "Take back what a user was granted until now, in a workspace or in all of them; who has"
            " the scope kanal:operate may",
            answer=RevocationModel,
            answered={202: "It is recorded, and holds on every node within a second"},
            body=RevocationBody,
        ),
    ),
)

COMMANDS: Mapping[str, Command[Any]] = {command.event: command for command in _ALL}
"""By the events that ask for them."""
