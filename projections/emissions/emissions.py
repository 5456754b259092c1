"""The emissions: what each change of a channel says on the sockets; pure functions, from which
delivery and replay pages get what they send.

The audience of each is computed in `domain/visibility.py`, of the channel before and after the
change. Who could not see it before and can after it hears that it is created; who could and cannot
any more, that it is deleted.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.channel import (
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
        )
        for number, (audience, event, payload) in enumerate(said, 1)
    ]


def _said(change: Change, at: ChannelAt) -> list[tuple[Audience, str, Representation]]:
    before, after = change.before, change.after
    workspace_id, viewers = after.workspace_id, audience_of(after)
    said: list[tuple[Audience, str, Representation]] = []
    match change.recorded.event:
        case ChannelCreated():
            said = [(viewers, "channel-created", channel_model(at))]
        case ChannelUpdated() if before is not None and before.is_private != after.is_private:
            members = audience_of(after if after.is_private else before)
            others = Audience(workspace_id, without=after.members.keys())
            said = [
                (members, "channel-updated", channel_model(at)),
                (others, "channel-deleted", gone_model(at))
                if after.is_private
                else (others, "channel-created", channel_model(at)),
            ]
        case ChannelUpdated():
            said = [(viewers, "channel-updated", channel_model(at))]
        case ChannelDeleted() if before is not None:
            said = [(audience_of(before), "channel-deleted", gone_model(at))]
        # While a channel is public, its members mean nothing to anybody.
        case MemberAdded(user_id=user_id) if before is not None and after.is_private:
            if user_id not in before.members:
                user_alone = Audience(workspace_id, only={user_id})
                said = [(user_alone, "channel-created", channel_model(at))]
            said += [(viewers, "channel-member-added", member_model(at, user_id))]
        case MemberRemoved(user_id=user_id):
            user_alone = Audience(workspace_id, only={user_id})
            said = [
                (viewers, "channel-member-removed", former_member_model(at, user_id)),
                (user_alone, "channel-deleted", gone_model(at)),
            ]
    return said
