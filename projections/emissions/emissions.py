"""The emissions: what each change of a channel says on the sockets; pure functions, from which
delivery and replay pages get what they send.

The audience of each is computed in `domain/visibility.py`, of the channel before and after the
change. Who could not see it before and can after it hears that it is created; who could and cannot
any more, that it is deleted.
"""

from enum import StrEnum
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
from domain.visibility import Audience, audience_of
from projections.representations import (
    Representation,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)


class Reason(StrEnum):
    """Why an audience hears an emission."""

    WORKSPACE = "workspace"
    """The channel is public, and they use its workspace."""
    MEMBER = "member"
    """The channel is private, and they are its members."""
    APPEARED = "appeared"
    """They could not see the channel before, and can from here on."""
    LOST = "lost"
    """They could see the channel before, and cannot from here on."""


class Emission(msgspec.Struct, frozen=True):
    """One thing to say, once, to everyone in the audience.

    A client that has heard it resumes beyond `resume_position`. That is the position of the event
    for the last emission of the event, and the position before it for the others.
    """

    audience: Audience
    event: str
    payload: Representation
    position: int
    resume_position: int
    channel_id: UUID
    reason: Reason


Said = tuple[Audience, Reason, str]
"""Who hears an event of which name, and why."""


def emissions_of(change: Change) -> list[Emission]:
    """The emissions of a change, in the order in which to send them."""
    position, channel = change.recorded.position, change.after
    said = said_of(change)
    return [
        Emission(
            audience,
            event,
            _payload(event, change),
            position,
            resume_position=position if number == len(said) else position - 1,
            channel_id=channel.id,
            reason=reason,
        )
        for number, (audience, reason, event) in enumerate(said, 1)
    ]


def said_of(change: Change) -> list[Said]:
    """The same, without what is sent."""
    before, after = change.before, change.after
    workspace_id, viewers = after.workspace_id, audience_of(after)
    why = _why(after)
    said: list[Said] = []
    match change.recorded.event:
        case ChannelCreated():
            said = [(viewers, why, "channel-created")]
        case ChannelUpdated() if before is not None and before.is_private != after.is_private:
            members = audience_of(after if after.is_private else before)
            others = Audience(workspace_id, without=after.members.keys())
            said = [
                (members, Reason.MEMBER, "channel-updated"),
                (others, Reason.LOST, "channel-deleted")
                if after.is_private
                else (others, Reason.APPEARED, "channel-created"),
            ]
        case ChannelUpdated():
            said = [(viewers, why, "channel-updated")]
        case ChannelDeleted() if before is not None:
            said = [(audience_of(before), _why(before), "channel-deleted")]
        # While a channel is public, its members mean nothing to anybody.
        case MemberAdded(user_id=user_id) if before is not None and after.is_private:
            if user_id not in before.members:
                user_alone = Audience(workspace_id, only={user_id})
                said = [(user_alone, Reason.APPEARED, "channel-created")]
            said += [(viewers, why, "channel-member-added")]
        case MemberRemoved(user_id=user_id):
            user_alone = Audience(workspace_id, only={user_id})
            said = [
                (viewers, why, "channel-member-removed"),
                (user_alone, Reason.LOST, "channel-deleted"),
            ]
    return said


def _payload(name: str, change: Change) -> Representation:
    """What is sent as an event of this name."""
    at, event = ChannelAt(change.after, change.recorded.position), change.recorded.event
    match name, event:
        case "channel-deleted", _:
            return gone_model(at)
        case "channel-member-added", MemberAdded(user_id=user_id):
            return member_model(at, user_id)
        case "channel-member-removed", MemberRemoved(user_id=user_id):
            return former_member_model(at, user_id)
    return channel_model(at)


def _why(channel: Channel) -> Reason:
    """Why those hear of a channel who may see it."""
    return Reason.MEMBER if channel.is_private else Reason.WORKSPACE
