"""What the feed tells of a change, and to whom; pure functions. Whoever reads all is told each
event as it was recorded. A user is told what the emissions say to their sockets, with the same
audiences; where those hear two things of one event, the feed says both in one.

Who begins or ceases to see a channel is not told by whom: that would say what else happened to it.
The end of a channel and the loss of it look alike, as they do on the sockets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import msgspec

from domain.channel import (
    Channel,
    ChannelCreated,
    ChannelDeleted,
    ChannelUpdated,
    MemberAdded,
    MemberRemoved,
)
from domain.channel_repository import Change, ChannelAt
from domain.event_log import traceparent_of
from domain.visibility import Audience
from persistence.log.epochs import Lineage
from projections.emissions.emissions import Reason, said_of
from projections.feed.events import (
    ChannelCreatedEvent,
    ChannelDeletedEvent,
    ChannelMemberAddedEvent,
    ChannelMemberRemovedEvent,
    ChannelUpdatedEvent,
    CreatedData,
    FormerFields,
    MemberAddedData,
    MemberRemovedData,
    PublicEvent,
    UpdatedData,
)
from projections.representations import (
    channel_model,
    former_member_model,
    gone_model,
    member_model,
    rfc3339,
)

SHAPE = 1
"""Of the data of all events so far."""


@dataclass(frozen=True, slots=True)
class Told:
    """What users of an audience are told of a change."""

    audience: Audience
    event: PublicEvent
    channel_id: UUID

    @property
    def is_end(self) -> bool:
        """Whether it says that there is no such channel any more, and nothing else of it."""
        return isinstance(self.event, ChannelDeletedEvent)


def told_to_all_readers(change: Change, lineage: Lineage) -> PublicEvent:
    """The event as it was recorded, for whoever may read the whole log."""
    channel, event = change.after, change.recorded.event
    at = ChannelAt(channel, change.recorded.position)
    match event:
        case ChannelUpdated():
            data = UpdatedData(channel_model(at), _previous(change.before, event))
            return ChannelUpdatedEvent(data=data, **_said(change, lineage, ChannelUpdated.TOPIC))
        case MemberAdded(user_id=user_id):
            before = change.before.members if change.before is not None else {}
            added = MemberAddedData(
                channel_model(at), member_model(at, user_id), before.get(user_id)
            )
            return ChannelMemberAddedEvent(data=added, **_said(change, lineage, MemberAdded.TOPIC))
        case MemberRemoved(user_id=user_id):
            removed = MemberRemovedData(channel_model(at), former_member_model(at, user_id))
            return ChannelMemberRemovedEvent(
                data=removed, **_said(change, lineage, MemberRemoved.TOPIC)
            )
        case ChannelDeleted():
            return _deleted(change, lineage)
        case ChannelCreated():
            return _created(change, lineage)
    raise NotImplementedError(f"the feed has no event for {type(event).__name__}")


def told_to_users(change: Change, lineage: Lineage) -> Sequence[Told]:
    """What users are told; nobody is in two of the audiences."""
    said, event = said_of(change), change.recorded.event
    newcomer = None
    if isinstance(event, MemberAdded) and any(why is Reason.APPEARED for _, why, _ in said):
        newcomer = event.user_id
    told: list[Told] = []
    for told_to, why, name in said:
        audience = told_to
        if name == "channel-deleted":
            public: PublicEvent = _deleted(change, lineage, in_full=False)
        elif why is Reason.APPEARED:
            public = _created(change, lineage, newcomer=newcomer, in_full=False)
        else:
            public = told_to_all_readers(change, lineage)
            if newcomer is not None:
                audience = msgspec.structs.replace(audience, without={newcomer})
        told.append(Told(audience, public, change.after.id))
    return told


def _created(
    change: Change, lineage: Lineage, *, newcomer: str | None = None, in_full: bool = True
) -> ChannelCreatedEvent:
    at = ChannelAt(change.after, change.recorded.position)
    data = CreatedData(channel_model(at))
    if newcomer is not None:
        data = CreatedData(channel_model(at), member_model(at, newcomer))
    said = _said(change, lineage, ChannelCreated.TOPIC, in_full=in_full)
    return ChannelCreatedEvent(data=data, **said)


def _deleted(change: Change, lineage: Lineage, *, in_full: bool = True) -> ChannelDeletedEvent:
    gone = gone_model(ChannelAt(change.after, change.recorded.position))
    said = _said(change, lineage, ChannelDeleted.TOPIC, in_full=in_full)
    return ChannelDeletedEvent(data=gone, **said)


def _previous(before: Channel | None, event: ChannelUpdated) -> FormerFields:
    assert before is not None
    return FormerFields(**{field: getattr(before, field) for field in event.changes})


def _said(change: Change, lineage: Lineage, kind: str, *, in_full: bool = True) -> dict[str, Any]:
    """The attributes of the event; `in_full` with who did it and in which trace."""
    position, event = change.recorded.position, cast(Channel.Event, change.recorded.event)
    said: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{lineage.epoch_at(position).text}:{position}",
        "source": f"urn:uuid:{lineage.epochs[0].text}",
        "subject": str(change.after.id),
        "time": rfc3339(event.timestamp),
        "datacontenttype": "application/json",
        "dataschema": f"urn:kanal:{kind}:{SHAPE}",
        "workspace": change.after.workspace_id,
        "position": str(position),
    }
    if in_full:
        said["actor"] = event.actor_id
        if (traceparent := traceparent_of(event)) is not None:
            said["traceparent"] = traceparent
    return said
