"""The Channel aggregate: what a new channel is, and who may see it."""

from uuid import uuid4

from domain.channel import Channel, ChannelCreated
from domain.visibility import may_see
from tests.support.aggregates import new_channel


def test_a_new_channel_is_what_was_asked_for() -> None:
    channel_id = uuid4()
    channel = new_channel(channel_id=channel_id, description="All of it", is_private=True)
    assert channel.id == channel_id
    assert channel.workspace_id == "demo"
    assert channel.name == "general"
    assert channel.description == "All of it"
    assert channel.is_private is True
    assert channel.creator_id == "alice"
    assert channel.version == 1
    assert channel.created_on == channel.modified_on


def test_creating_a_channel_is_one_event_that_says_who_and_why() -> None:
    (event,) = new_channel().collect_events()
    assert isinstance(event, ChannelCreated)
    assert (event.actor_id, event.correlation_id) == ("alice", "a request of alice")


def test_a_channel_is_what_its_event_says() -> None:
    channel = new_channel(description="", is_private=True)
    (event,) = channel.collect_events()
    again = event.mutate(None)
    assert isinstance(again, Channel)
    assert vars(again) == vars(channel)


def test_a_public_channel_is_visible_to_everyone() -> None:
    assert may_see("alice", new_channel())
    assert may_see("bob", new_channel())


def test_a_private_channel_is_visible_to_its_creator_alone() -> None:
    channel = new_channel(is_private=True)
    assert may_see("alice", channel)
    assert not may_see("bob", channel)
