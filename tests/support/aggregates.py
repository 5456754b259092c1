"""Channels as aggregates alone, for tests of their rules."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from domain.actor import Actor
from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_name import ChannelName
from domain.event_log import DomainEvent
from tests.support.creation import ALICE, asked_by


def new_channel(*, actor: Actor = ALICE, **differently: Any) -> Channel:
    """A channel with its creation pending: a public one in `demo`, or `differently`."""
    values = {
        "channel_id": uuid4(),
        "workspace_id": "demo",
        "name": ChannelName("general"),
        "description": None,
        "is_private": False,
    }
    return Channel.create(asked_by(actor), **{**values, **differently})


def private_channel(**members: MemberRole) -> Channel:
    """A private channel of alice's with these members beside her; nothing is pending."""
    channel = new_channel(is_private=True, description="text")
    for user_id, role in members.items():
        channel.add_member(asked_by(ALICE), user_id, role)
    channel.collect_events()
    return channel


def once_private(**members: MemberRole) -> Channel:
    """A channel that was private, with these members, and is public by now."""
    channel = private_channel(**members)
    channel.update(asked_by(ALICE), ChannelPatch(is_private=False))
    channel.collect_events()
    return channel


def state(channel: Channel) -> dict[str, Any]:
    """All of a channel as it is now, and what it has pending."""
    return {**vars(channel), "_pending_events": list(channel.pending_events)}


def folded(events: Sequence[DomainEvent]) -> Channel:
    """What the events of a channel make."""
    channel: Any = None
    for event in events:
        channel = event.mutate(channel)
    return channel
