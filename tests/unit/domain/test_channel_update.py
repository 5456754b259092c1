"""A channel's fields and its end: what is recorded of a change, and what becomes of the channel."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from domain.channel import (
    ChannelCreated,
    ChannelDeleted,
    ChannelUpdated,
    MemberAdded,
    MemberRole,
)
from domain.channel_fields import ChannelPatch
from domain.visibility import may_see
from tests.support.aggregates import new_channel, once_private, private_channel, state
from tests.support.creation import ALICE, BOB, MODERATOR, asked_by

ADMIN, USER = MemberRole.ADMIN, MemberRole.USER
BY_ALICE = asked_by(ALICE)

FIELDS = {
    "name": ("general", "another"),
    "description": ("text", None),
    "is_private": (True, False),
}
"""What a private channel has, and what it has not."""


def patch_of(fields: Mapping[str, Any]) -> ChannelPatch:
    return ChannelPatch(**fields)


@pytest.mark.parametrize(
    "named",
    [set(names) for count in range(4) for names in itertools.combinations(FIELDS, count)],
    ids=lambda names: "-".join(sorted(names)) or "none",
)
def test_the_fields_that_are_named_are_set_and_the_others_stay(named: set[str]) -> None:
    channel = private_channel()
    channel.update(BY_ALICE, patch_of({field: FIELDS[field][True] for field in named}))
    for field, values in FIELDS.items():
        assert getattr(channel, field) == values[field in named]


def test_all_fields_are_set_in_one_event_that_says_who_and_why() -> None:
    channel = private_channel(bob=ADMIN)
    wanted = {"name": "another", "description": None, "is_private": False}
    channel.update(asked_by(BOB), patch_of(wanted))
    (event,) = channel.collect_events()
    assert isinstance(event, ChannelUpdated)
    assert event.changes == wanted
    assert (event.actor_id, event.correlation_id) == ("bob", "a request of bob")
    assert (event.originator_id, event.originator_version) == (channel.id, channel.version)
    assert channel.modified_on == event.timestamp


def test_only_the_fields_that_differ_are_recorded() -> None:
    channel = private_channel()
    channel.update(BY_ALICE, ChannelPatch(name="general", description="new", is_private=True))
    (event,) = channel.collect_events()
    assert isinstance(event, ChannelUpdated)
    assert event.changes == {"description": "new"}


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_so_already_records_nothing(field: str) -> None:
    channel = private_channel()
    before = state(channel)
    for wanted in ({}, {field: FIELDS[field][0]}, {name: FIELDS[name][0] for name in FIELDS}):
        channel.update(BY_ALICE, patch_of(wanted))
        assert state(channel) == before


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("name", "general", "General"),
        ("description", None, ""),
        ("description", "", None),
        ("description", "text", "text "),
    ],
)
def test_the_slightest_difference_is_one(field: str, before: str | None, after: str | None) -> None:
    channel = private_channel()
    channel.update(BY_ALICE, patch_of({field: before}))
    channel.collect_events()
    channel.update(BY_ALICE, patch_of({field: after}))
    (event,) = channel.collect_events()
    assert isinstance(event, ChannelUpdated)
    assert event.changes == {field: after}
    assert getattr(channel, field) == after


def test_a_channel_made_private_has_its_creator_and_whoever_made_it_so_as_admins() -> None:
    channel = new_channel()
    channel.update(asked_by(MODERATOR), ChannelPatch(is_private=True))
    assert dict(channel.members.items()) == {"alice": ADMIN, "mona": ADMIN}
    for user_id in ("alice", "mona"):
        assert may_see(user_id, channel)
    assert not may_see("bob", channel)


def test_the_admins_are_added_before_the_channel_is_private() -> None:
    channel = new_channel()
    channel.update(asked_by(MODERATOR), ChannelPatch(is_private=True, name="secret"))
    created, *added, updated = channel.collect_events()
    assert isinstance(created, ChannelCreated)
    for event, user_id in zip(added, ("alice", "mona"), strict=True):
        assert isinstance(event, MemberAdded)
        assert (event.user_id, event.role) == (user_id, ADMIN)
        assert (event.actor_id, event.correlation_id) == ("mona", "a request of mona")
    assert isinstance(updated, ChannelUpdated)
    assert updated.changes == {"is_private": True, "name": "secret"}


def test_a_creator_who_makes_it_private_is_added_once() -> None:
    channel = new_channel()
    channel.update(BY_ALICE, ChannelPatch(is_private=True))
    kinds = [type(event) for event in channel.collect_events()]
    assert kinds == [ChannelCreated, MemberAdded, ChannelUpdated]
    assert dict(channel.members.items()) == {"alice": ADMIN}


def test_who_was_an_admin_before_is_not_added_again() -> None:
    channel = once_private()
    channel.update(BY_ALICE, ChannelPatch(is_private=True))
    assert [type(event) for event in channel.collect_events()] == [ChannelUpdated]


def test_who_was_a_plain_member_before_rises_with_making_it_private() -> None:
    channel = once_private(bob=ADMIN, carol=USER, mona=USER, alice=USER)
    channel.update(asked_by(MODERATOR), ChannelPatch(is_private=True))
    kinds = [type(event) for event in channel.collect_events()]
    assert kinds == [MemberAdded, MemberAdded, ChannelUpdated]
    assert dict(channel.members.items()) == {
        "alice": ADMIN,
        "mona": ADMIN,
        "bob": ADMIN,
        "carol": USER,
    }


def test_a_creator_who_had_left_is_back_when_it_becomes_private_again() -> None:
    channel = private_channel(bob=ADMIN)
    channel.remove_member(BY_ALICE, "alice")
    channel.update(asked_by(BOB), ChannelPatch(is_private=False))
    channel.update(asked_by(MODERATOR), ChannelPatch(is_private=True))
    assert channel.members["alice"] is ADMIN


def test_members_of_a_channel_that_was_public_for_a_while_are_members_again() -> None:
    channel = private_channel(bob=ADMIN, carol=USER)
    before = channel.members
    channel.update(BY_ALICE, ChannelPatch(is_private=False))
    assert may_see("a stranger", channel)
    channel.update(BY_ALICE, ChannelPatch(is_private=True))
    assert channel.members == before
    assert may_see("carol", channel)
    assert not may_see("a stranger", channel)


@pytest.mark.parametrize("is_private", [True, False])
def test_a_deleted_channel_is_visible_to_nobody(is_private: bool) -> None:
    channel = private_channel(bob=USER) if is_private else once_private(bob=USER)
    users = ("alice", "bob", "a stranger")
    assert [may_see(user, channel) for user in users] == [True, True, not is_private]
    channel.delete(BY_ALICE)
    assert not any(may_see(user, channel) for user in users)


def test_a_deletion_is_one_event_that_says_who_and_why() -> None:
    channel = private_channel(bob=ADMIN)
    channel.delete(asked_by(BOB))
    (event,) = channel.collect_events()
    assert isinstance(event, ChannelDeleted)
    assert (event.actor_id, event.correlation_id) == ("bob", "a request of bob")
    assert (event.originator_id, event.originator_version) == (channel.id, channel.version)
