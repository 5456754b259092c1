"""Who may change a channel over HTTP: its creator, its admins, the workspace's admins and
moderators, by every command alike; and nobody else."""

from collections.abc import Callable

import pytest

from tests.support.commands import COMMANDS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]

every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


MAY = {
    "its creator": ("alice", "user", None),
    "its creator, by now a guest of the workspace": ("alice", "guest", None),
    "an admin of it": ("bob", "user", "admin"),
    "an admin of it who is a guest of the workspace": ("bob", "guest", "admin"),
    "a workspace admin who is a member": ("bob", "admin", "user"),
    "a workspace moderator who is a member": ("bob", "moderator", "user"),
}


@every_command
@pytest.mark.parametrize(("name", "role", "membership"), MAY.values(), ids=MAY)
def test_they_may_change_a_private_channel(
    alice: User, member: MakeUser, command: OfChannel, name: str, role: str, membership: str | None
) -> None:
    channel = private_channel(alice, bob=membership)
    done = changed(command(member(name, role=role), channel["id"]))
    assert done["position"] > channel["position"]


@every_command
def test_its_creator_may_also_where_they_are_no_admin_of_it(
    alice: User, member: MakeUser, command: OfChannel
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(member("bob").add_member(channel_id, "alice", "user"))
    changed(command(alice, channel_id))


@every_command
@pytest.mark.parametrize("role", ["user", "guest"])
def test_a_plain_member_may_look_and_change_nothing(
    alice: User, member: MakeUser, command: OfChannel, role: str
) -> None:
    channel = private_channel(alice, bob="user")
    bob = member("bob", role=role)
    with nothing_recorded(alice):
        check_problem(command(bob, channel["id"]), 403, "forbidden")
    assert bob.get(channel["id"]).json() == channel


@every_command
@pytest.mark.parametrize("role", ["admin", "moderator", "user", "guest"])
def test_to_whoever_is_no_member_it_is_not_there_to_change(
    alice: User, member: MakeUser, command: OfChannel, role: str
) -> None:
    channel = private_channel(alice)
    with nothing_recorded(alice):
        check_problem(command(member("bob", role=role), channel["id"]), 404, "not_found")
    assert alice.get(channel["id"]).json() == channel


@every_command
def test_its_creator_may_not_once_they_have_left_it(
    alice: User, member: MakeUser, command: OfChannel
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(alice.remove_member(channel_id, "alice"))
    with nothing_recorded(alice):
        check_problem(command(alice, channel_id), 404, "not_found")


OF_ALL = {name: COMMANDS[name] for name in ("update", "delete")}
"""The commands that a public channel knows."""


@pytest.mark.parametrize("command", OF_ALL.values(), ids=OF_ALL)
@pytest.mark.parametrize(
    ("name", "role"),
    [("alice", "user"), ("alice", "guest"), ("bob", "admin"), ("bob", "moderator")],
)
def test_they_may_change_a_public_channel(
    alice: User, member: MakeUser, command: OfChannel, name: str, role: str
) -> None:
    channel = created(alice.create("general"))
    done = changed(command(member(name, role=role), channel["id"]))
    assert done["position"] > channel["position"]


@every_command
@pytest.mark.parametrize("role", ["user", "guest"])
def test_others_may_look_at_a_public_channel_and_change_nothing(
    alice: User, member: MakeUser, command: OfChannel, role: str
) -> None:
    channel = created(alice.create("general"))
    with nothing_recorded(alice):
        check_problem(command(member("bob", role=role), channel["id"]), 403, "forbidden")
    assert alice.get(channel["id"]).json() == channel


@every_command
def test_the_admins_of_a_private_channel_may_not_once_it_is_public(
    alice: User, member: MakeUser, command: OfChannel
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(alice.update(channel_id, isPrivate=False))
    with nothing_recorded(alice):
        check_problem(command(member("bob"), channel_id), 403, "forbidden")


def test_who_may_not_is_told_so_also_where_nothing_would_change(
    alice: User, member: MakeUser
) -> None:
    channel, bob = private_channel(alice, bob="user"), member("bob")
    with nothing_recorded(alice):
        for response in (
            bob.update(channel["id"]),
            bob.update(channel["id"], name=channel["name"]),
            bob.add_member(channel["id"], "zed"),
            bob.remove_member(channel["id"], "nobody"),
        ):
            check_problem(response, 403, "forbidden")
