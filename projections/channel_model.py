"""The ChannelModel: a channel as the outside sees it, in lists, answers and emissions alike."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from domain.commands import ChannelAt


class ChannelModel(msgspec.Struct, frozen=True, rename="camel"):
    """A channel as of its latest event."""

    id: Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]
    workspace_id: str
    name: str
    description: str | None
    is_private: bool
    creator_id: str
    created_at: Annotated[
        str,
        msgspec.Meta(
            description="RFC 3339, UTC, with microseconds",
            extra_json_schema={"format": "date-time"},
        ),
    ]
    updated_at: Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
    version: Annotated[int, msgspec.Meta(ge=1, description="the channel's own event count")]
    position: Annotated[
        int, msgspec.Meta(ge=1, description="place in the log of the channel's latest event")
    ]


def channel_model(at: ChannelAt) -> ChannelModel:
    """The model of a channel as of a position."""
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


def rfc3339(moment: datetime) -> str:
    """`2026-01-31T10:28:19.123456Z`: UTC, always six digits of the second's fraction."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"
