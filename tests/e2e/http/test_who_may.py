"""Who may change a channel, over HTTP: by every command alike, and nobody else. All of who they
are is in tests/unit/domain/test_channel_managers.py."""

from collections.abc import Callable

import pytest

from tests.support.commands import COMMANDS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]

every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@every_command
@pytest.mark.parametrize(
    ("name", "role", "membership"),
    [("alice", "user", None), ("bob", "guest", "admin"), ("bob", "moderator", "user")],
    ids=["its creator", "an admin of it", "a moderator of the workspace who is a member"],
)
def test_they_may_change_a_private_channel(
    alice: User, member: MakeUser, command: OfChannel, name: str, role: str, membership: str | None
) -> None:
    channel = private_channel(alice, bob=membership)
    done = changed(command(member(name, role=role), channel["id"]))
    assert done["position"] > channel["position"]


@every_command
def test_others_may_not(alice: User, member: MakeUser, command: OfChannel) -> None:
    private, public = private_channel(alice, bob="user"), created(alice.create("general"))
    with nothing_recorded(alice):
        check_problem(command(member("bob"), private["id"]), 403, "forbidden")
        check_problem(command(member("carol", role="admin"), private["id"]), 404, "not_found")
        check_problem(command(member("bob"), public["id"]), 403, "forbidden")
    assert member("bob").get(private["id"]).json() == private
    assert member("bob").get(public["id"]).json() == public
