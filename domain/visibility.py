"""Visibility: who may see a channel and what happens to it; computes the audience of an emission.
Whoever shows something of a channel, as an answer or on a socket, asks here.

    a public channel     is seen by all of its workspace
    a private channel    by its members
    a deleted channel    by nobody

Whether somebody may use the workspace at all is asked of the actor (`Actor.role_in`). Pages of the
channel list are the one place with a form of its own of this rule, in SQL:
`projections/channel_list/sql/select_visible.sql`. `tests/integration/test_visibility.py` holds them
together.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from domain.access import ACCESS_TOPICS
from domain.channel import Channel, MemberAdded, MemberRemoved, MemberRole
from domain.channel_name import NAME_TOPICS
from domain.channel_repository import Change

SEEN_BY_NOBODY = NAME_TOPICS | ACCESS_TOPICS
"""Topics of events of which nobody is told: they need not be decoded for that. A name goes with
each channel that is created."""


class Audience(msgspec.Struct, frozen=True):
    """Users of a workspace: all of them, `only` some, or all `without` some."""

    workspace_id: str
    only: AbstractSet[str] | None = None
    without: AbstractSet[str] = frozenset()

    def includes(self, user_id: str) -> bool:
        """Whether a user of the workspace is in it."""
        return (self.only is None or user_id in self.only) and user_id not in self.without


def may_see(user_id: str, channel: Channel) -> bool:
    """Whether a user of the channel's workspace may see it."""
    return not channel.is_deleted and (not channel.is_private or user_id in channel.members)


def audience_of(channel: Channel) -> Audience:
    """All who may see a channel."""
    if channel.is_deleted:
        return Audience(channel.workspace_id, only=frozenset())
    return Audience(
        channel.workspace_id, only=channel.members.keys() if channel.is_private else None
    )


def visible_members(channel: Channel) -> Mapping[str, MemberRole]:
    """The members that are shown to those who may see a channel: none while it is public, when its
    members are kept and mean nothing."""
    return channel.members if channel.is_private else {}


def may_see_change(user_id: str, change: Change, channel: Channel) -> bool:
    """Whether somebody who may see a channel as it is now may see one change of its past.

    What happened while it was private, and what happened to its members at any time, is for those
    alone who are its members now, also while it is public.
    """
    return user_id in channel.members or not (
        change.after.is_private or isinstance(change.recorded.event, MemberAdded | MemberRemoved)
    )
