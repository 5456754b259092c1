"""The shapes of answers: list pages and health over HTTP, acknowledgements on sockets. What they
hold of channels and members are the projections' representations."""

from typing import Annotated

import msgspec

from projections.representations import ChannelModel, MemberModel
from projections.views.channel_history import HistoryEntry
from projections.views.member_page import Member
from transport.schemas.fields import Cursor


class ChannelPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET /workspaces/{workspaceId}/channels`."""

    channels: list[ChannelModel]
    next: Cursor | None
    position: Annotated[int, msgspec.Meta(ge=0, description="the list reflects the log up to here")]


class MemberPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET …/members`: in the order of user ids; none for a public channel."""

    members: list[Member]
    next: (
        Annotated[
            str, msgspec.Meta(description="the last user id: pass it as `after`; null at the end")
        ]
        | None
    )
    position: Annotated[int, msgspec.Meta(ge=1, description="that of the channel's latest event")]


class HistoryPageBody(msgspec.Struct, frozen=True):
    """The answer of `GET …/history`: oldest first. What happened while the channel was private is
    told to its members alone, so a page may hold less than `limit` and still have a next one."""

    history: list[HistoryEntry]
    next: Cursor | None


class Health(msgspec.Struct, frozen=True):
    """The answer of the health routes: what is missing, nothing when all is well.

    `building` names the read models of which an older version is read until they are there;
    `behind` tells of each read model how many positions of the log it does not reflect yet;
    `workers`, where several share the port, says of each whether it is ready; `stream`, where the
    log is to be followed from one, is "followed", or says why Postgres is followed.
    """

    status: str
    missing: list[str] = []
    building: list[str] = []
    behind: dict[str, int] = {}
    workers: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    stream: str | msgspec.UnsetType = msgspec.UNSET


class ChannelAck(msgspec.Struct, frozen=True):
    """The acknowledgement of `create-channel` and `update-channel`."""

    channel: ChannelModel


class MemberAck(msgspec.Struct, frozen=True):
    """The acknowledgement of `add-channel-member`."""

    member: MemberModel
