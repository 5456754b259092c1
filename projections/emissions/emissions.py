"""The emissions: what each event of the log means to those who listen. Pure: a change of a channel
in, words out.

It decides who may hear and what; how it gets to them is the transport's business. Whoever could
not see a channel before an event and can after it hears that the channel is created; whoever could
and cannot any more, that it is deleted.
"""

from collections.abc import Set as AbstractSet
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
from projections.representations import (
    Representation,
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)


@dataclass(frozen=True, slots=True)
class Audience:
    """The users of a workspace who may hear: all of them, `only` some, or all `without` some."""

    workspace_id: str
    only: AbstractSet[str] | None = None
    without: AbstractSet[str] = frozenset()

    def includes(self, user_id: str) -> bool:
        """Whether a user of the workspace is in it."""
        return (self.only is None or user_id in self.only) and user_id not in self.without


@dataclass(frozen=True, slots=True)
class Emission:
    """One thing to say, once, to everyone in the audience.

    Who has heard it and goes away resumes beyond `resume_position`: the position of the event,
    unless there is more to say to them of the same event.
    """

    audience: Audience
    event: str
    payload: Representation
    position: int
    resume_position: int
    channel_id: UUID


def emissions_of(change: Change) -> list[Emission]:
    """What is to be said of a change, in the order in which to say it."""
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
    workspace_id, members = after.workspace_id, after.members.keys()
    those_who_see = Audience(workspace_id, only=members if after.is_private else None)
    said: list[tuple[Audience, str, Representation]] = []
    match change.recorded.event:
        case ChannelCreated():
            said = [(those_who_see, "channel-created", channel_model(at))]
        case ChannelUpdated() if before is not None and before.is_private != after.is_private:
            others = Audience(workspace_id, without=members)
            said = [
                (Audience(workspace_id, only=members), "channel-updated", channel_model(at)),
                (others, "channel-deleted", gone_model(at))
                if after.is_private
                else (others, "channel-created", channel_model(at)),
            ]
        case ChannelUpdated():
            said = [(those_who_see, "channel-updated", channel_model(at))]
        case ChannelDeleted():
            said = [(those_who_see, "channel-deleted", gone_model(at))]
        # The members of a public channel concern nobody.
        case MemberAdded(user_id=user_id) if before is not None and after.is_private:
            if user_id not in before.members:
                user_alone = Audience(workspace_id, only={user_id})
                said = [(user_alone, "channel-created", channel_model(at))]
            said += [(those_who_see, "channel-member-added", member_model(at, user_id))]
        case MemberRemoved(user_id=user_id):
            user_alone = Audience(workspace_id, only={user_id})
            said = [
                (those_who_see, "channel-member-removed", former_member_model(at, user_id)),
                (user_alone, "channel-deleted", gone_model(at)),
            ]
    return said
