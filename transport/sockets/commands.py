"""The sockets' commands, in one table: the dispatch serves them by it, and AsyncAPI describes it.

`event's data -> struct -> domain command -> representation`, which the acknowledgement holds.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.actor import Cause
from domain.commands import ChannelCommands
from domain.queries import ChannelRef
from projections.representations import (
    FormerMemberModel,
    GoneModel,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)
from transport.schemas.answers import ChannelAck, MemberAck
from transport.schemas.commands import (
    AddMemberEvent,
    ChannelEventData,
    CreateChannelEvent,
    DeleteChannelEvent,
    RemoveMemberEvent,
    UpdateChannelEvent,
)
from transport.schemas.fields import parse_channel_id


@dataclass(frozen=True, slots=True)
class SocketCommand:
    """A command: the structs of its event's data and of its acknowledgement, and what serves it,
    which raises DomainErrors and nothing else."""

    data: type[Any]
    ack: type[msgspec.Struct]
    serve: Callable[[ChannelCommands, Cause, Any], Awaitable[msgspec.Struct]]


async def _create(commands: ChannelCommands, cause: Cause, event: CreateChannelEvent) -> ChannelAck:
    creation = await commands.create_channel(
        cause, event.workspace_id, event, event.idempotency_key
    )
    return ChannelAck(channel_model(creation.at))


async def _update(commands: ChannelCommands, cause: Cause, event: UpdateChannelEvent) -> ChannelAck:
    return ChannelAck(channel_model(await commands.update_channel(cause, _ref(event), event)))


async def _delete(commands: ChannelCommands, cause: Cause, event: DeleteChannelEvent) -> GoneModel:
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


COMMANDS: Mapping[str, SocketCommand] = {
    "create-channel": SocketCommand(CreateChannelEvent, ChannelAck, _create),
    "update-channel": SocketCommand(UpdateChannelEvent, ChannelAck, _update),
    "delete-channel": SocketCommand(DeleteChannelEvent, GoneModel, _delete),
    "add-channel-member": SocketCommand(AddMemberEvent, MemberAck, _add_member),
    "remove-channel-member": SocketCommand(RemoveMemberEvent, FormerMemberModel, _remove_member),
}
"""By the names of their events."""
