"""The emissions: what each change of a channel says on the sockets; pure functions, from which
delivery and replay pages get what they send.

The audience of each is computed in `domain/visibility.py`, of the channel before and after the
change. Who could not see it before and can after it hears that it is created; who could and cannot
any more, that it is deleted.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Emission:
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


def emissions_of(change: Change) -> list[Emission]:
    """The emissions of a change, in the order in which to send them."""
    position, channel = change.recorded.position, change.after
    said = _said(change, ChannelAt(channel, position))
    return [
        Emission(
            audience,
            event,
            payload,
            position,
            resume_position=position if number == len(said) else position - 1,
            channel_id=channel.id,
            reason=reason,
        )
        for number, (audience, reason, event, payload) in enumerate(said, 1)
    ]


_Said = tuple[Audience, Reason, str, Representation]


def _said(change: Change, at: ChannelAt) -> list[_Said]:
    before, after = change.before, change.after
    workspace_id, viewers = after.workspace_id, audience_of(after)
    why = _why(after)
    said: list[_Said] = []
    match change.recorded.event:
        case ChannelCreated():
            said = [(viewers, why, "channel-created", channel_model(at))]
        case ChannelUpdated() if before is not None and before.is_private != after.is_private:
            members = audience_of(after if after.is_private else before)
            others = Audience(workspace_id, without=after.members.keys())
            said = [
                (members, Reason.MEMBER, "channel-updated", channel_model(at)),
                (others, Reason.LOST, "channel-deleted", gone_model(at))
                if after.is_private
                else (others, Reason.APPEARED, "channel-created", channel_model(at)),
            ]
        case ChannelUpdated():
            said = [(viewers, why, "channel-updated", channel_model(at))]
        case ChannelDeleted() if before is not None:
            said = [(audience_of(before), _why(before), "channel-deleted", gone_model(at))]
        # While a channel is public, its members mean nothing to anybody.
        case MemberAdded(user_id=user_id) if before is not None and after.is_private:
            if user_id not in before.members:
                user_alone = Audience(workspace_id, only={user_id})
                said = [(user_alone, Reason.APPEARED, "channel-created", channel_model(at))]
            said += [(viewers, why, "channel-member-added", member_model(at, user_id))]
        case MemberRemoved(user_id=user_id):
            user_alone = Audience(workspace_id, only={user_id})
            said = [
                (viewers, why, "channel-member-removed", former_member_model(at, user_id)),
                (user_alone, Reason.LOST, "channel-deleted", gone_model(at)),
            ]
    return said


def _why(channel: Channel) -> Reason:
    """Why those hear of a channel who may see it."""
    return Reason.MEMBER if channel.is_private else Reason.WORKSPACE
