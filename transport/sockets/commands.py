"""The sockets' commands: an event's data in, a command, and what its acknowledgement is to hold."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from domain.actor import Cause
from domain.commands import ChannelCommands, CreateChannel
from domain.queries import ChannelRef
from projections.representations import (
    FormerMemberModel,
    GoneModel,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)
from transport.schemas.answers import convert_data
from transport.schemas.commands import (
    AddMemberEvent,
    ChannelAck,
    CreateChannelEvent,
    DeleteChannelEvent,
    MemberAck,
    RemoveMemberEvent,
    UpdateChannelEvent,
    changes_of,
)
from transport.schemas.fields import parse_channel_id


class SocketCommands:
    """Serves the commands by the names of their events."""

    def __init__(self, commands: ChannelCommands) -> None:
        self._commands = commands
        self.by_event: Mapping[str, Callable[[Cause, Any], Awaitable[Any]]] = {
            "create-channel": self._create_channel,
            "update-channel": self._update_channel,
            "delete-channel": self._delete_channel,
            "add-channel-member": self._add_member,
            "remove-channel-member": self._remove_member,
        }

    async def _create_channel(self, cause: Cause, data: Any) -> ChannelAck:
        event = convert_data(data, CreateChannelEvent)
        creation = await self._commands.create_channel(
            cause,
            CreateChannel(
                workspace_id=event.workspace_id,
                name=event.name,
                description=event.description,
                is_private=event.is_private,
                idempotency_key=event.idempotency_key,
            ),
        )
        return ChannelAck(channel_model(creation.at))

    async def _update_channel(self, cause: Cause, data: Any) -> ChannelAck:
        event = convert_data(data, UpdateChannelEvent)
        at = await self._commands.update_channel(cause, _ref(event), changes_of(event))
        return ChannelAck(channel_model(at))

    async def _delete_channel(self, cause: Cause, data: Any) -> GoneModel:
        event = convert_data(data, DeleteChannelEvent)
        return gone_model(await self._commands.delete_channel(cause, _ref(event)))

    async def _add_member(self, cause: Cause, data: Any) -> MemberAck:
        event = convert_data(data, AddMemberEvent)
        at = await self._commands.add_member(cause, _ref(event), event.user_id, event.role)
        return MemberAck(member_model(at, event.user_id))

    async def _remove_member(self, cause: Cause, data: Any) -> FormerMemberModel:
        event = convert_data(data, RemoveMemberEvent)
        at = await self._commands.remove_member(cause, _ref(event), event.user_id)
        return former_member_model(at, event.user_id)


def _ref(
    event: UpdateChannelEvent | DeleteChannelEvent | AddMemberEvent | RemoveMemberEvent,
) -> ChannelRef:
    """The channel that an event names. Raises NotFound where its id is none."""
    versions = None if event.version is None else frozenset({event.version})
    return ChannelRef(event.workspace_id, parse_channel_id(event.channel_id), versions)
