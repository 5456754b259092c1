"""A channel between private and public over HTTP: a public one has no members, a private one has
its creator, whoever made it private, and those from before."""

from collections.abc import Callable

import pytest

from tests.support.commands import (
    ON_MEMBERS,
    OfChannel,
    member_roles,
    nothing_recorded,
    private_channel,
)
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]


@pytest.mark.parametrize("was_private", [False, True], ids=["always", "by now"])
def test_a_public_channel_has_no_members(alice: User, member: MakeUser, was_private: bool) -> None:
    channel_id = (private_channel(alice) if was_private else created(alice.create("all")))["id"]
    channel = changed(alice.update(channel_id, isPrivate=False))
    for user in (alice, member("bob"), member("zed")):
        assert changed(user.members(channel_id)) == {
            "members": [],
            "next": None,
            "position": channel["position"],
        }


@pytest.mark.parametrize("was_private", [False, True], ids=["always", "by now"])
@pytest.mark.parametrize("command", ON_MEMBERS.values(), ids=ON_MEMBERS)
def test_nobody_is_let_in_or_taken_out_of_a_public_channel(
    alice: User, member: MakeUser, command: OfChannel, was_private: bool
) -> None:
    channel_id = (private_channel(alice) if was_private else created(alice.create("all")))["id"]
    changed(alice.update(channel_id, isPrivate=False))
    with nothing_recorded(alice):
        for user in (alice, member("dora", role="admin")):
            check_problem(command(user, channel_id), 409, "not_private")
        for name in ("zed", "bob"):  # nor leaves, whether they were a member or not
            leaving = member(name).remove_member(channel_id, name)
            check_problem(leaving, 409, "not_private")


@pytest.mark.parametrize("role", ["admin", "moderator"])
def test_a_channel_made_private_has_its_creator_and_whoever_did_it_as_admins(
    alice: User, member: MakeUser, role: str
) -> None:
    channel_id = created(alice.create("general"))["id"]
    dora = member("dora", role=role)
    changed(dora.update(channel_id, isPrivate=True))
    assert member_roles(dora, channel_id) == {"alice": "admin", "dora": "admin"}
    check_problem(member("bob").get(channel_id), 404, "not_found")


def test_members_from_before_a_channel_was_public_are_members_again(
    alice: User, member: MakeUser
) -> None:
    channel_id = private_channel(alice, bob="admin", carol="user")["id"]
    changed(alice.remove_member(channel_id, "carol"))
    changed(alice.update(channel_id, isPrivate=False))
    changed(alice.update(channel_id, isPrivate=True))
    for user in (alice, member("bob"), member("zed")):
        found = member_roles(user, channel_id)
        assert found == {"alice": "admin", "bob": "admin", "zed": "user"}
    check_problem(member("carol").get(channel_id), 404, "not_found")


def test_a_creator_who_had_left_is_an_admin_again_once_it_is_made_private(
    alice: User, member: MakeUser
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(alice.remove_member(channel_id, "alice"))
    changed(member("bob").update(channel_id, isPrivate=False))
    changed(member("dora", role="admin").update(channel_id, isPrivate=True))
    assert member_roles(alice, channel_id) == {
        "alice": "admin",
        "bob": "admin",
        "dora": "admin",
        "zed": "user",
    }
