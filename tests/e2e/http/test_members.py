"""The members of a private channel over HTTP: let in, given a role, taken out, listed."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.commands import member_roles, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]


def test_whoever_creates_a_private_channel_is_its_admin_and_its_only_member(alice: User) -> None:
    channel = created(alice.create("secret", isPrivate=True))
    assert changed(alice.members(channel["id"])) == {
        "members": [{"userId": "alice", "role": "admin"}],
        "next": None,
        "position": channel["position"],
    }


@pytest.mark.parametrize(
    ("sent", "role"), [(None, "user"), ("user", "user"), ("admin", "admin")], ids=str
)
def test_who_is_let_in_sees_the_channel_from_then_on(
    alice: User, member: MakeUser, workspace: str, sent: str | None, role: str
) -> None:
    channel = created(alice.create("secret", isPrivate=True))
    bob = member("bob")
    check_problem(bob.get(channel["id"]), 404, "not_found")
    response = alice.add_member(channel["id"], "bob", sent)
    added = changed(response)
    assert added == {
        "channelId": channel["id"],
        "workspaceId": workspace,
        "userId": "bob",
        "role": role,
        "updatedAt": added["updatedAt"],
        "version": 2,
        "position": added["position"],
    }
    assert response.headers["Content-Type"] == "application/json"
    seen = changed(bob.get(channel["id"]))
    assert seen["updatedAt"] == added["updatedAt"]
    assert (seen["version"], seen["position"]) == (2, added["position"])
    assert bob.list(minPosition=added["position"]).json()["channels"] == [seen]
    assert member_roles(bob, channel["id"]) == {"alice": "admin", "bob": role}


@pytest.mark.parametrize("body", ["{}", '{"role": null}', "", None])
def test_without_a_role_a_member_keeps_theirs(alice: User, body: str | None) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    with nothing_recorded(alice):
        for user_id, role in (("bob", "admin"), ("zed", "user"), ("alice", "admin")):
            path = f"/{channel_id}/members/{user_id}"
            assert changed(alice.send("PUT", path, body))["role"] == role
            assert changed(alice.add_member(channel_id, user_id, role))["role"] == role
    assert member_roles(alice, channel_id) == {"alice": "admin", "bob": "admin", "zed": "user"}


def test_what_is_not_recorded_is_answered_with_the_position_of_the_channel(alice: User) -> None:
    channel = private_channel(alice)
    with nothing_recorded(alice):
        for response in (
            alice.add_member(channel["id"], "zed"),
            alice.remove_member(channel["id"], "nobody"),
        ):
            assert changed(response)["position"] == channel["position"]


def test_a_role_changes_and_with_it_what_one_may(alice: User, member: MakeUser) -> None:
    channel_id = private_channel(alice, bob="user")["id"]
    bob = member("bob")
    check_problem(bob.update(channel_id, name="his"), 403, "forbidden")
    assert changed(alice.add_member(channel_id, "bob", "admin"))["role"] == "admin"
    changed(bob.update(channel_id, name="his"))
    assert changed(bob.add_member(channel_id, "bob", "user"))["role"] == "user"
    check_problem(bob.update(channel_id, name="hers"), 403, "forbidden")
    assert member_roles(bob, channel_id) == {"alice": "admin", "bob": "user", "zed": "user"}


@pytest.mark.parametrize("leaves", [False, True], ids=["taken out", "leaves"])
@pytest.mark.parametrize("role", ["user", "guest"])
def test_who_is_taken_out_or_leaves_sees_the_channel_no_more(
    alice: User, member: MakeUser, workspace: str, role: str, leaves: bool
) -> None:
    channel = private_channel(alice, bob="user")
    bob = member("bob", role=role)
    response = (bob if leaves else alice).remove_member(channel["id"], "bob")
    removed = changed(response)
    assert removed == {
        "channelId": channel["id"],
        "workspaceId": workspace,
        "userId": "bob",
        "updatedAt": removed["updatedAt"],
        "version": channel["version"] + 1,
        "position": removed["position"],
    }
    assert removed["position"] > channel["position"]
    for read in (bob.get, bob.members, bob.history):
        check_problem(read(channel["id"]), 404, "not_found")
    assert bob.list(minPosition=removed["position"]).json()["channels"] == []
    check_problem(bob.remove_member(channel["id"], "bob"), 404, "not_found")
    assert member_roles(alice, channel["id"]) == {"alice": "admin", "zed": "user"}


def test_who_was_taken_out_may_be_let_in_again_as_somebody_new(
    alice: User, member: MakeUser
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(alice.remove_member(channel_id, "bob"))
    assert changed(alice.add_member(channel_id, "bob"))["role"] == "user"
    assert member_roles(member("bob"), channel_id)["bob"] == "user"


def test_taking_out_whoever_is_no_member_succeeds(alice: User, workspace: str) -> None:
    channel = private_channel(alice)
    with nothing_recorded(alice):
        assert changed(alice.remove_member(channel["id"], "nobody")) == {
            "channelId": channel["id"],
            "workspaceId": workspace,
            "userId": "nobody",
            "updatedAt": channel["updatedAt"],
            "version": channel["version"],
            "position": channel["position"],
        }


def test_the_last_admin_stays_one(alice: User, member: MakeUser) -> None:
    """Whoever wants them out, and however many plain members there are."""
    channel_id = private_channel(alice, dora="user")["id"]
    moderator = member("dora", role="moderator")
    with nothing_recorded(alice):
        for response in (
            alice.remove_member(channel_id, "alice"),
            moderator.remove_member(channel_id, "alice"),
            alice.add_member(channel_id, "alice", "user"),
            moderator.add_member(channel_id, "alice", "user"),
        ):
            check_problem(response, 409, "last_admin")
    assert member_roles(alice, channel_id)["alice"] == "admin"


@pytest.mark.parametrize("goes", [False, True], ids=["demoted", "leaves"])
def test_of_two_admins_one_may_go(alice: User, member: MakeUser, goes: bool) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    bob = member("bob")
    if goes:
        changed(alice.remove_member(channel_id, "alice"))
    else:
        changed(alice.add_member(channel_id, "alice", "user"))
    check_problem(bob.remove_member(channel_id, "bob"), 409, "last_admin")
    check_problem(bob.add_member(channel_id, "bob", "user"), 409, "last_admin")


def test_a_user_id_that_is_not_utf_8_is_nobody(alice: User, http: httpx.Client) -> None:
    channel = private_channel(alice)
    place = f"/workspaces/{channel['workspaceId']}/channels/{channel['id']}/members/%FF"
    url = httpx.URL(http.base_url, raw_path=place.encode())
    with nothing_recorded(alice):
        for method in ("PUT", "DELETE"):
            response = http.request(method, url, headers=alice.headers)
            check_problem(response, 400, "malformed")


BODIES: dict[str, tuple[str, str | None, int, str]] = {
    "half an object": ('{"role"', "application/json", 400, "malformed"),
    "an unknown role": ('{"role": "owner"}', "application/json", 422, "invalid"),
    "a role in another case": ('{"role": "Admin"}', "application/json", 422, "invalid"),
    "a numeric role": ('{"role": 1}', "application/json", 422, "invalid"),
    "an unknown field": ('{"userId": "bob"}', "application/json", 422, "invalid"),
    "null": ("null", "application/json", 422, "invalid"),
    "text": ("{}", "text/plain", 415, "unsupported_media_type"),
    "no media type": ("{}", None, 415, "unsupported_media_type"),
}


@pytest.mark.parametrize(("body", "media_type", "status", "code"), BODIES.values(), ids=BODIES)
def test_a_body_that_names_no_role_is_refused(
    alice: User, body: str, media_type: str | None, status: int, code: str
) -> None:
    channel_id = private_channel(alice)["id"]
    with nothing_recorded(alice):
        path = f"/{channel_id}/members/bob"
        response = alice.send("PUT", path, body, **{"Content-Type": media_type})
        check_problem(response, status, code)
