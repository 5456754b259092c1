"""The public events: what `GET /log` and `GET /log/stream` say of the log, each a CloudEvent 1.0 in
JSON. What is stored is ours to change; these are a contract, and `tests/golden` keeps one of each.

`dataschema` names the shape of `data`. A field may be added to a shape; for anything else there is
another one, with the next number.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec

from domain.channel import MemberRole
from projections.representations import (
    ChannelId,
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
    Moment,
)


class FormerFields(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The fields that an update has changed, with the values that they had before."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType | None = msgspec.UNSET
    is_private: bool | msgspec.UnsetType = msgspec.UNSET


class CreatedData(msgspec.Struct, frozen=True, omit_defaults=True):
    """A channel that is there from here on, or that its reader may see from here on: `member` is
    then the reader, where they became a member of it."""

    channel: ChannelModel
    member: MemberModel | msgspec.UnsetType = msgspec.UNSET


class UpdatedData(msgspec.Struct, frozen=True):
    """A channel as it is after an update, and what it was before."""

    channel: ChannelModel
    previous: FormerFields


class MemberAddedData(msgspec.Struct, frozen=True, rename="camel"):
    """A member of a channel with their role, and the one that they had before."""

    channel: ChannelModel
    member: MemberModel
    previous_role: Annotated[MemberRole | None, msgspec.Meta(description="null: was no member")]


class MemberRemovedData(msgspec.Struct, frozen=True):
    """Who is no member of a channel any more."""

    channel: ChannelModel
    member: FormerMemberModel


EventId: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        description="<log>:<position>, with the id of the log in which it was recorded: it is the"
        " same for ever, in every copy that has the event"
    ),
]
Source: TypeAlias = Annotated[
    str, msgspec.Meta(description="the log's first id, as a URN: it stays when the log is rewound")
]
DecimalPosition: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        pattern="^[1-9][0-9]*$",
        description="place in the log, as text: a CloudEvents Integer has 32 bits",
    ),
]
Actor: TypeAlias = Annotated[
    str,
    msgspec.Meta(description="who did it; left out where the reader is told less than all"),
]


class _PublicEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What all public events have."""

    specversion: Literal["1.0"]
    id: EventId
    source: Source
    subject: ChannelId
    time: Moment
    datacontenttype: Literal["application/json"]
    dataschema: str
    workspace: str
    position: DecimalPosition
    actor: Actor | msgspec.UnsetType = msgspec.UNSET
    traceparent: (
        Annotated[str, msgspec.Meta(description="of its append (W3C Trace Context)")]
        | msgspec.UnsetType
    ) = msgspec.UNSET


class ChannelCreatedEvent(_PublicEvent, frozen=True, kw_only=True, tag="channel.created"):
    """A channel began, or its reader may see it from here on."""

    data: CreatedData


class ChannelUpdatedEvent(_PublicEvent, frozen=True, kw_only=True, tag="channel.updated"):
    """Fields of a channel changed."""

    data: UpdatedData


class ChannelDeletedEvent(_PublicEvent, frozen=True, kw_only=True, tag="channel.deleted"):
    """A channel ended, or its reader may not see it any more: the two look alike."""

    data: GoneModel


class ChannelMemberAddedEvent(_PublicEvent, frozen=True, kw_only=True, tag="channel.member-added"):
    """A user became a member of a channel, or has another role in it."""

    data: MemberAddedData


class ChannelMemberRemovedEvent(
    _PublicEvent, frozen=True, kw_only=True, tag="channel.member-removed"
):
    """A user is no member of a channel any more."""

    data: MemberRemovedData


PublicEvent: TypeAlias = (
    ChannelCreatedEvent
    | ChannelUpdatedEvent
    | ChannelDeletedEvent
    | ChannelMemberAddedEvent
    | ChannelMemberRemovedEvent
)


class RewoundData(msgspec.Struct, frozen=True):
    """The log goes on as `log`. What was told of it beyond `position` is gone, and may not have
    been anything; up to there it is as it was."""

    log: Annotated[str, msgspec.Meta(description="the id of the log from here on")]
    position: Annotated[int, msgspec.Meta(ge=0, description="the last one that stays")]


class LogRewoundEvent(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="log.rewound"
):
    """Is sent to webhooks before anything else of a log that goes on as another one."""

    specversion: Literal["1.0"]
    id: Annotated[str, msgspec.Meta(description="<log>:rewound")]
    source: Source
    time: Moment
    datacontenttype: Literal["application/json"]
    dataschema: str
    data: RewoundData


SentEvent: TypeAlias = PublicEvent | LogRewoundEvent
"""What a webhook is sent."""


class FeedPage(msgspec.Struct, frozen=True):
    """The answer of `GET /log`: events in the order of the log."""

    log: Annotated[str, msgspec.Meta(description="the id of the log that `position` belongs to")]
    events: list[PublicEvent]
    position: Annotated[
        int,
        msgspec.Meta(
            ge=0, description="the log was looked through up to here: pass it as `after` to go on"
        ),
    ]
