"""The shapes of channels as operators see them: of any workspace, now and at any position."""

from typing import Annotated

import msgspec

from projections.representations import ChannelModel
from projections.views.channel_history import HistoryEntry
from projections.views.member_page import Member
from transport.operator.answers.concerned import ChannelState
from transport.schemas.fields import Cursor


class ChannelsAt(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/channels`: the channels of a workspace as of a position, oldest
    first."""

    channels: list[ChannelModel]
    next: Cursor | None
    position: Annotated[int, msgspec.Meta(ge=0, description="they are as of here")]
    head: Annotated[int, msgspec.Meta(ge=0, description="the head of the log")]


class ChannelAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/channels/{channelId}`."""

    state: Annotated[ChannelState, msgspec.Meta(description="null: it was not there yet")] | None
    position: Annotated[int, msgspec.Meta(ge=0, description="it is as of here")]
    head: Annotated[int, msgspec.Meta(ge=0, description="the head of the log")]


class ChannelHistory(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/channels/{channelId}/history`: all of it, oldest first."""

    history: list[HistoryEntry]
    next: Cursor | None


class ChannelMembers(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/channels/{channelId}/members`: in the order of user ids."""

    members: list[Member]
    next: Annotated[str, msgspec.Meta(description="pass it as `after`; null at the end")] | None
    position: Annotated[int, msgspec.Meta(ge=0, description="they are as of here")]
