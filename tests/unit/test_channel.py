"""The Channel aggregate: what a new channel is, and who may see it."""

from typing import Any
from uuid import uuid4

import pytest

from domain.actor import Actor, Role
from domain.channel import Channel, ChannelCreated, checked_description
from domain.channel_name import ChannelName
from domain.errors import Forbidden, Invalid, NotFound


def new_channel(**differently: Any) -> Channel:
    values = {
        "channel_id": uuid4(),
        "workspace_id": "demo",
        "name": ChannelName("general"),
        "description": None,
        "is_private": False,
        "actor_id": "alice",
        "correlation_id": "request-1",
    }
    return Channel.create(**{**values, **differently})


def actor(user_id: str, *workspaces: str) -> Actor:
    return Actor(user_id, dict.fromkeys(workspaces, Role.USER))


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
    assert (event.actor_id, event.correlation_id) == ("alice", "request-1")


def test_a_channel_is_what_its_event_says() -> None:
    channel = new_channel(description="", is_private=True)
    (event,) = channel.collect_events()
    again = event.mutate(None)
    assert isinstance(again, Channel)
    assert vars(again) == vars(channel)


def test_a_public_channel_is_visible_to_every_user_of_its_workspace() -> None:
    channel = new_channel()
    channel.check_visible_to(actor("alice", "demo"))
    channel.check_visible_to(actor("bob", "other", "demo"))


def test_a_private_channel_is_visible_to_its_creator_alone() -> None:
    channel = new_channel(is_private=True)
    channel.check_visible_to(actor("alice", "demo"))
    with pytest.raises(NotFound, match=str(channel.id)):
        channel.check_visible_to(actor("bob", "demo"))


@pytest.mark.parametrize("is_private", [False, True])
def test_a_channel_is_forbidden_outside_its_workspace(is_private: bool) -> None:
    channel = new_channel(is_private=is_private)
    for user_id in ("alice", "bob"):
        with pytest.raises(Forbidden, match="demo"):
            channel.check_visible_to(actor(user_id, "other"))


@pytest.mark.parametrize("role", Role)
def test_every_role_may_see_a_public_channel(role: Role) -> None:
    new_channel().check_visible_to(Actor("bob", {"demo": role}))


@pytest.mark.parametrize("text", [None, "", " ", "a" * 2_000, "🙂" * 2_000, "one\ntwo\t\x1b"])
def test_a_description_of_up_to_2000_characters_is_kept_as_it_is(text: str | None) -> None:
    assert checked_description(text) == text


def test_a_longer_description_is_refused() -> None:
    with pytest.raises(Invalid, match="at most 2000 characters, got 2001"):
        checked_description("a" * 2_001)


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "a\udc00"], ids=ascii)
def test_a_description_that_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="NUL or a lone surrogate"):
        checked_description(text)
