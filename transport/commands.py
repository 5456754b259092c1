"""The commands, one row each: the socket event that asks for it and the HTTP request that does.

    data of an event → its struct → the row's handler → ChannelCommands → acknowledgement

The sockets serve events by these rows, and both API documents are made of them. What HTTP answers
is in `http/`: there a command has a status, headers and a body of its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from domain.actor import Cause
from domain.commands import ChannelCommands
from domain.queries import ChannelRef
from projections.representations import (
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)
from transport.schemas.answers import ChannelAck, MemberAck
from transport.schemas.commands import (
    AddMemberEvent,
    ChannelEventData,
    CreateChannelBody,
    CreateChannelEvent,
    DeleteChannelEvent,
    MemberBody,
    RemoveMemberEvent,
    UpdateChannelBody,
    UpdateChannelEvent,
)
from transport.schemas.decoding import EventData, convert_data
from transport.schemas.fields import parse_channel_id

Data = TypeVar("Data", bound=EventData)

CHANNELS = "/workspaces/{workspaceId}/channels"
CHANNEL = f"{CHANNELS}/{{channelId}}"
MEMBER = f"{CHANNEL}/members/{{userId}}"


@dataclass(frozen=True, slots=True)
class Route:
    """A command over HTTP, as OpenAPI has it: `method` in lower case, `answered` by status what an
    answer says, `headers` what it carries beside its body."""

    method: str
    path: str
    operation_id: str
    summary: str
    answer: type[msgspec.Struct]
    answered: Mapping[int, str]
    headers: tuple[str, ...] = ()
    body: type[msgspec.Struct] | None = None
    needs_body: bool = True


@dataclass(frozen=True, slots=True)
class Command(Generic[Data]):
    """A command as clients ask for it; `data` is that of its event, `route` the same over HTTP."""

    event: str
    data: type[Data]
    acknowledgement: type[msgspec.Struct]
    handler: Callable[[ChannelCommands, Cause, Data], Awaitable[msgspec.Struct]]
    route: Route

    async def serve(self, commands: ChannelCommands, cause: Cause, data: Any) -> msgspec.Struct:
        """Do what an event asks for and answer its acknowledgement.

        Raises Malformed, Invalid and whatever else the command refuses with.
        """
        return await self.handler(commands, cause, convert_data(data, self.data))


async def _create_channel(
    commands: ChannelCommands, cause: Cause, event: CreateChannelEvent
) -> ChannelAck:
    creation = await commands.create_channel(
        cause, event.workspace_id, event, event.idempotency_key
    )
    return ChannelAck(channel_model(creation.at))


async def _update_channel(
    commands: ChannelCommands, cause: Cause, event: UpdateChannelEvent
) -> ChannelAck:
    return ChannelAck(channel_model(await commands.update_channel(cause, _ref(event), event)))


async def _delete_channel(
    commands: ChannelCommands, cause: Cause, event: DeleteChannelEvent
) -> GoneModel:
    return gone_model(await commands.delete_channel(cause, _ref(event)))


async def _add_member(commands: ChannelCommands, cause: Cause, event: AddMemberEvent) -> MemberAck:
    at = await commands.add_member(cause, _ref(event), event.user_id, event.role)
    return MemberAck(member_model(at, event.user_id))


async def _remove_member(
    commands: ChannelCommands, cause: Cause, event: RemoveMemberEvent
) -> FormerMemberModel:
    at = await commands.remove_member(cause, _ref(event), event.user_id)
    return former_member_model(at, event.user_id)


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
        ),
    ),
)

COMMANDS: Mapping[str, Command[Any]] = {command.event: command for command in _ALL}
"""By the events that ask for them."""
