"""The history of a channel as people read it, for `GET …/history`: makes an entry of each change,
with when, who and what."""

from enum import StrEnum
from typing import Any

import msgspec

from domain.channel import (
    Channel,
    ChannelCreated,
    ChannelDeleted,
    ChannelUpdated,
    MemberAdded,
    MemberRemoved,
)
from domain.channel_repository import Change
from projections.representations import Moment, Position, rfc3339


class What(StrEnum):
    """What happened to a channel."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    MEMBER_ADDED = "member-added"
    MEMBER_ROLE_CHANGED = "member-role-changed"
    MEMBER_REMOVED = "member-removed"


class HistoryEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One event of a channel. `changes` holds the fields that it set, by their names in
    ChannelModel, or the `userId` and `role` of a member; `requestId` is the request's X-Request-ID.
    """

    version: int
    position: Position
    at: Moment
    actor_id: str
    request_id: str
    what: What
    changes: dict[str, str | bool | None]


def history_entry(change: Change) -> HistoryEntry:
    """The entry of a change."""
    event: Any = change.recorded.event
    return HistoryEntry(
        version=event.originator_version,
        position=change.recorded.position,
        at=rfc3339(event.timestamp),
        actor_id=event.actor_id,
        request_id=event.correlation_id,
        what=_what_changed(event, change.before),
        changes=changes_of(event),
    )


def changes_of(event: Channel.Event) -> dict[str, str | bool | None]:
    """What an event of a channel sets, by the names that clients know."""
    match event:
        case ChannelCreated():
            fields = {"name": event.name, "description": event.description}
            return {**fields, "isPrivate": event.is_private}
        case ChannelUpdated():
            names = {"is_private": "isPrivate"}
            return {names.get(field, field): value for field, value in event.changes.items()}
        case MemberAdded():
            return {"userId": event.user_id, "role": event.role}
        case MemberRemoved():
            return {"userId": event.user_id}
    return {}


def _what_changed(event: Channel.Event, before: Channel | None) -> What:
    match event:
        case ChannelCreated():
            return What.CREATED
        case ChannelUpdated():
            return What.UPDATED
        case ChannelDeleted():
            return What.DELETED
        case MemberAdded():
            is_new = before is None or event.user_id not in before.members
            return What.MEMBER_ADDED if is_new else What.MEMBER_ROLE_CHANGED
        case MemberRemoved():
            return What.MEMBER_REMOVED
    raise TypeError(f"not an event of a channel: {type(event).__name__}")
