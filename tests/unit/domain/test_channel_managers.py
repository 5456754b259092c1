"""Who manages a channel, that is, may update and delete it, and change its members."""

from collections.abc import Callable

import pytest

from domain.actor import Actor, Cause, Role
from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch
from domain.errors import Forbidden
from tests.support.aggregates import new_channel, once_private, private_channel, state
from tests.support.creation import (
    ALICE,
    BOB,
    CAROL,
    GUEST,
    MODERATOR,
    WORKSPACE_ADMIN,
    asked_by,
)

ADMIN, USER = MemberRole.ADMIN, MemberRole.USER
MEMBERS = {"bob": ADMIN, "carol": USER, "grace": USER, "mona": USER, "walter": USER}
"""Beside alice, whose channel it is."""


Command = Callable[[Channel, Cause], None]
COMMANDS: list[Command] = [
    lambda channel, cause: channel.update(cause, ChannelPatch(description="another")),
    lambda channel, cause: channel.update(cause, ChannelPatch()),
    lambda channel, cause: channel.delete(cause),
]
ON_MEMBERS: list[Command] = [
    lambda channel, cause: channel.add_member(cause, "zoe", None),
    lambda channel, cause: channel.add_member(cause, "walter", ADMIN),
    lambda channel, cause: channel.remove_member(cause, "nobody"),
]


def manages(actor: Actor, channel: Channel) -> bool:
    """Whether the actor may do anything to the channel; who may not changes nothing."""
    allowed = set()
    for command in [*COMMANDS, *(ON_MEMBERS if channel.is_private else ())]:
        tried = channel.copy()
        try:
            command(tried, asked_by(actor))
        except Forbidden as refused:
            assert refused.message.startswith("only the channel's creator, its admins")
            assert state(tried) == state(channel.copy())
            allowed.add(False)
        else:
            allowed.add(True)
    (answer,) = allowed
    return answer


@pytest.mark.parametrize("actor", [ALICE, BOB, MODERATOR, WORKSPACE_ADMIN])
def test_a_private_channel_is_managed_by_its_creator_its_admins_and_the_workspaces_heads(
    actor: Actor,
) -> None:
    assert manages(actor, private_channel(**MEMBERS))


@pytest.mark.parametrize("actor", [CAROL, GUEST])
def test_a_private_channel_is_not_managed_by_its_plain_members(actor: Actor) -> None:
    assert not manages(actor, private_channel(**MEMBERS))


@pytest.mark.parametrize("actor", [ALICE, MODERATOR, WORKSPACE_ADMIN])
def test_a_public_channel_is_managed_by_its_creator_and_the_workspaces_heads(actor: Actor) -> None:
    assert manages(actor, new_channel())
    assert manages(actor, once_private(**MEMBERS))


@pytest.mark.parametrize("actor", [BOB, CAROL, GUEST])
def test_a_public_channel_is_managed_by_nobody_else(actor: Actor) -> None:
    """Who was its admin while it was private is as good as anybody."""
    assert not manages(actor, new_channel())
    assert not manages(actor, once_private(**MEMBERS))


def test_a_creator_who_is_a_plain_member_still_manages() -> None:
    channel = private_channel(bob=ADMIN, alice=USER)
    assert channel.members["alice"] is USER
    assert manages(ALICE, channel)


@pytest.mark.parametrize("head", [MODERATOR, WORKSPACE_ADMIN])
def test_the_head_of_another_workspace_does_not_manage(head: Actor) -> None:
    elsewhere = Actor("eve", {"demo": GUEST.roles["demo"], "other": head.roles["demo"]})
    assert not manages(elsewhere, new_channel())


@pytest.mark.parametrize("user_id", ["alice", "bob"])
def test_the_creator_and_the_admins_manage_also_as_guests_of_the_workspace(user_id: str) -> None:
    assert manages(Actor(user_id, {"demo": Role.GUEST}), private_channel(**MEMBERS))


def test_an_admin_manages_no_longer_than_they_are_one() -> None:
    channel = private_channel(**MEMBERS)
    channel.add_member(asked_by(ALICE), "bob", USER)
    assert not manages(BOB, channel)
