"""The representations: what clients are sent of a channel and of a member, in lists, answers and
emissions alike; and of access that is taken back."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, TypeAlias

import msgspec

from domain.access import RevokedAccessAt
from domain.channel import MemberRole
from domain.channel_repository import ChannelAt

ChannelId: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]
Position: TypeAlias = Annotated[int, msgspec.Meta(ge=1, description="place in the log")]
Moment: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        description="RFC 3339, UTC, with microseconds", extra_json_schema={"format": "date-time"}
    ),
]


Version: TypeAlias = Annotated[int, msgspec.Meta(ge=1, description="the channel's own event count")]


class ChannelModel(msgspec.Struct, frozen=True, rename="camel"):
    """A channel as of its latest event, whose place in the log is `position`."""

    id: ChannelId
    workspace_id: str
    name: str
    description: str | None
    is_private: bool
    creator_id: str
    created_at: Moment
    updated_at: Moment
    version: Version
    position: Position


class GoneModel(msgspec.Struct, frozen=True, rename="camel"):
    """A channel that is no more, or no more for its reader."""

    channel_id: ChannelId
    workspace_id: str
    position: Position


class MemberModel(msgspec.Struct, frozen=True, rename="camel"):
    """A member of a private channel, as of a position; `version` and `updatedAt` are those that the
    channel has by then."""

    channel_id: ChannelId
    workspace_id: str
    user_id: str
    role: MemberRole
    updated_at: Moment
    version: Version
    position: Position


class FormerMemberModel(msgspec.Struct, frozen=True, rename="camel"):
    """A user who is no member of a private channel any more, as of a position; `version` and
    `updatedAt` are those that the channel has by then."""

    channel_id: ChannelId
    workspace_id: str
    user_id: str
    updated_at: Moment
    version: Version
    position: Position


class RevocationModel(msgspec.Struct, frozen=True, rename="camel"):
    """Access that was taken back: what was granted until `revokedAt` holds no more."""

    user_id: str
    workspace_id: Annotated[str, msgspec.Meta(description="null: all of them")] | None
    revoked_at: Moment
    position: Position


Representation: TypeAlias = ChannelModel | GoneModel | MemberModel | FormerMemberModel


def channel_model(at: ChannelAt) -> ChannelModel:
    """The representation of a channel as of a position."""
    channel = at.channel
    return ChannelModel(
        id=str(channel.id),
        workspace_id=channel.workspace_id,
        name=channel.name,
        description=channel.description,
        is_private=channel.is_private,
        creator_id=channel.creator_id,
        created_at=rfc3339(channel.created_on),
        updated_at=rfc3339(channel.modified_on),
        version=channel.version,
        position=at.position,
    )


def gone_model(at: ChannelAt) -> GoneModel:
    return GoneModel(str(at.channel.id), at.channel.workspace_id, at.position)


def member_model(at: ChannelAt, user_id: str) -> MemberModel:
    """The representation of one who is a member."""
    channel = at.channel
    role = channel.members[user_id]
    return MemberModel(
        channel_id=str(channel.id),
        workspace_id=channel.workspace_id,
        user_id=user_id,
        role=role,
        updated_at=rfc3339(channel.modified_on),
        version=channel.version,
        position=at.position,
    )


def former_member_model(at: ChannelAt, user_id: str) -> FormerMemberModel:
    channel = at.channel
    return FormerMemberModel(
        channel_id=str(channel.id),
        workspace_id=channel.workspace_id,
        user_id=user_id,
        updated_at=rfc3339(channel.modified_on),
        version=channel.version,
        position=at.position,
    )


def revocation_model(at: RevokedAccessAt) -> RevocationModel:
    access = at.access
    revoked_at = rfc3339(access.revoked_at)
    return RevocationModel(access.user_id, access.workspace_id, revoked_at, at.position)


@lru_cache(maxsize=1_024)  # an event says the same moment up to three times
def rfc3339(moment: datetime) -> str:
    """`2026-01-31T10:28:19.123456Z`: UTC, always six digits of the second's fraction."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"
