"""The members of a private channel: who may let in and take out whom, and what is recorded."""

from collections.abc import Callable
from operator import methodcaller

import pytest

from domain.actor import Actor
from domain.channel import Channel, MemberAdded, MemberRemoved, MemberRole
from domain.errors import DomainError, Forbidden, LastAdmin, NotPrivate
from domain.visibility import may_see
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
BY_ALICE = asked_by(ALICE)


def members_of(channel: Channel) -> dict[str, MemberRole]:
    return dict(channel.members.items())


def check_refused(
    channel: Channel, error: type[DomainError], command: Callable[[Channel], None]
) -> None:
    """The command is refused, and nothing of the channel is another."""
    before = state(channel)
    with pytest.raises(error):
        command(channel)
    assert state(channel) == before


@pytest.mark.parametrize("actor", [ALICE, BOB, MODERATOR, WORKSPACE_ADMIN])
def test_who_manages_the_channel_lets_in_and_takes_out(actor: Actor) -> None:
    channel = private_channel(bob=ADMIN, mona=USER, walter=USER)
    before = members_of(channel)
    channel.add_member(asked_by(actor), "dora", None)
    assert members_of(channel) == {**before, "dora": USER}
    channel.remove_member(asked_by(actor), "dora")
    assert members_of(channel) == before


@pytest.mark.parametrize("actor", [CAROL, GUEST])
def test_who_does_not_manage_it_lets_nobody_in_and_takes_nobody_out(actor: Actor) -> None:
    """Not themselves either, with another role."""
    channel = private_channel(bob=USER, carol=USER, grace=USER)
    cause = asked_by(actor)
    check_refused(channel, Forbidden, lambda channel: channel.add_member(cause, "dora", None))
    check_refused(channel, Forbidden, lambda channel: channel.add_member(cause, "bob", None))
    check_refused(
        channel, Forbidden, lambda channel: channel.add_member(cause, actor.user_id, ADMIN)
    )
    check_refused(channel, Forbidden, lambda channel: channel.remove_member(cause, "bob"))
    check_refused(channel, Forbidden, lambda channel: channel.remove_member(cause, "nobody"))


@pytest.mark.parametrize("role", MemberRole)
def test_letting_in_is_one_event_that_says_whom_as_what_who_and_why(role: MemberRole) -> None:
    channel = private_channel(bob=ADMIN)
    channel.add_member(asked_by(BOB), "dora", role)
    (event,) = channel.collect_events()
    assert isinstance(event, MemberAdded)
    assert (event.user_id, event.role) == ("dora", role)
    assert (event.actor_id, event.correlation_id) == ("bob", "a request of bob")
    assert channel.members["dora"] is role
    assert may_see("dora", channel)


def test_taking_out_is_one_event_that_says_whom_who_and_why() -> None:
    channel = private_channel(bob=ADMIN, carol=USER)
    channel.remove_member(asked_by(BOB), "carol")
    (event,) = channel.collect_events()
    assert isinstance(event, MemberRemoved)
    assert event.user_id == "carol"
    assert (event.actor_id, event.correlation_id) == ("bob", "a request of bob")
    assert not may_see("carol", channel)


def test_a_new_member_is_a_plain_user_unless_asked_for() -> None:
    channel = private_channel()
    channel.add_member(BY_ALICE, "bob", None)
    assert members_of(channel) == {"alice": ADMIN, "bob": USER}


@pytest.mark.parametrize(("before", "after"), [(USER, ADMIN), (ADMIN, USER)])
def test_a_member_may_get_another_role(before: MemberRole, after: MemberRole) -> None:
    channel = private_channel(bob=before)
    channel.add_member(BY_ALICE, "bob", after)
    (event,) = channel.collect_events()
    assert isinstance(event, MemberAdded)
    assert (event.user_id, event.role) == ("bob", after)
    assert members_of(channel) == {"alice": ADMIN, "bob": after}


@pytest.mark.parametrize("role", MemberRole)
def test_a_member_who_is_there_already_records_nothing(role: MemberRole) -> None:
    """Who is let in again without a role keeps theirs."""
    channel = private_channel(bob=role)
    before = state(channel)
    for wanted in (role, None):
        channel.add_member(BY_ALICE, "bob", wanted)
        channel.add_member(BY_ALICE, "alice", None)
    assert state(channel) == before


def test_one_who_is_no_member_is_taken_out_without_a_record() -> None:
    channel = private_channel(bob=USER)
    before = state(channel)
    channel.remove_member(BY_ALICE, "dora")
    channel.remove_member(asked_by(CAROL), "carol")
    assert state(channel) == before


@pytest.mark.parametrize("actor", [BOB, CAROL, GUEST])
def test_any_member_may_leave(actor: Actor) -> None:
    channel = private_channel(bob=ADMIN, carol=USER, grace=USER)
    channel.remove_member(asked_by(actor), actor.user_id)
    assert actor.user_id not in channel.members
    assert not may_see(actor.user_id, channel)


def test_a_creator_may_leave_to_other_admins() -> None:
    channel = private_channel(bob=ADMIN)
    channel.remove_member(BY_ALICE, "alice")
    assert members_of(channel) == {"bob": ADMIN}


@pytest.mark.parametrize("actor", [ALICE, MODERATOR, WORKSPACE_ADMIN])
def test_the_last_admin_stays_one_whoever_asks(actor: Actor) -> None:
    channel = private_channel(bob=USER, mona=USER, walter=USER)
    cause = asked_by(actor)
    check_refused(channel, LastAdmin, lambda channel: channel.remove_member(cause, "alice"))
    check_refused(channel, LastAdmin, lambda channel: channel.add_member(cause, "alice", USER))


def test_an_admin_may_go_once_another_is_named() -> None:
    channel = private_channel(bob=USER)
    channel.add_member(BY_ALICE, "bob", ADMIN)
    channel.add_member(BY_ALICE, "alice", USER)
    assert members_of(channel) == {"alice": USER, "bob": ADMIN}
    check_refused(channel, LastAdmin, lambda channel: channel.remove_member(BY_ALICE, "bob"))


def test_a_plain_member_may_go_where_there_is_one_admin() -> None:
    channel = private_channel(bob=USER, carol=USER)
    channel.remove_member(BY_ALICE, "bob")
    channel.remove_member(asked_by(CAROL), "carol")
    assert members_of(channel) == {"alice": ADMIN}


@pytest.mark.parametrize("channel", [new_channel, lambda: once_private(bob=ADMIN)])
def test_a_public_channel_lets_nobody_in_and_takes_nobody_out(
    channel: Callable[[], Channel],
) -> None:
    public = channel()
    for user_id in ("alice", "bob", "dora"):
        for role in (None, *MemberRole):
            adding = methodcaller("add_member", BY_ALICE, user_id, role)
            check_refused(public, NotPrivate, adding)
        check_refused(public, NotPrivate, methodcaller("remove_member", BY_ALICE, user_id))


@pytest.mark.parametrize("actor", [BOB, CAROL])
def test_nobody_leaves_a_public_channel(actor: Actor) -> None:
    channel = once_private(bob=ADMIN)
    check_refused(channel, NotPrivate, lambda it: it.remove_member(asked_by(actor), actor.user_id))


def test_who_may_not_manage_a_public_channel_is_told_that_first() -> None:
    channel = once_private(bob=ADMIN)
    cause = asked_by(BOB)
    check_refused(channel, Forbidden, lambda channel: channel.add_member(cause, "dora", None))
    check_refused(channel, Forbidden, lambda channel: channel.remove_member(cause, "alice"))
