"""Members' ids over HTTP: whatever a token's `sub` may be, as a segment of a path."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.commands import nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem

MakeUser = Callable[..., User]

IDS = {
    "with a slash": "a/b",
    "of a slash": "/",
    "that ends in a slash": "a/",
    "with a blank": "a b",
    "of a blank": " ",
    "with a plus": "a+b",
    "with a percent sign": "a%2Fb",
    "with a question mark": "a?b#c",
    "an address": "auth0|bob@example.org;x=1",
    "beyond ASCII": "grüß",
    "decomposed": "gru\u0308ß",
    "beyond the basic plane": "😀",
    "a dot": ".",
    "two dots": "..",
    "of 128 characters": "w" * 128,
    "of 128 characters beyond the basic plane": "😀" * 128,
}


@pytest.mark.parametrize("user_id", IDS.values(), ids=IDS)
def test_a_member_may_have_any_id(alice: User, member: MakeUser, user_id: str) -> None:
    channel_id = private_channel(alice)["id"]
    assert changed(alice.add_member(channel_id, user_id))["userId"] == user_id
    user = member(user_id)
    members = [each["userId"] for each in changed(user.members(channel_id))["members"]]
    assert members == sorted(["alice", "zed", user_id])
    page = changed(user.members(channel_id, limit=1, after=members[0]))
    assert [each["userId"] for each in page["members"]] == members[1:2]
    assert changed(user.remove_member(channel_id, user_id))["userId"] == user_id
    check_problem(user.get(channel_id), 404, "not_found")


@pytest.mark.parametrize(
    ("one", "other"), [("bob", "Bob"), ("bob", " bob"), ("ü", "u\u0308"), ("a", "а")]
)
def test_ids_that_only_look_alike_are_of_two_users(
    alice: User, member: MakeUser, one: str, other: str
) -> None:
    channel_id = private_channel(alice, **{one: "user"})["id"]
    changed(member(one).get(channel_id))
    check_problem(member(other).get(channel_id), 404, "not_found")
    with nothing_recorded(alice):
        changed(alice.remove_member(channel_id, other))


@pytest.mark.parametrize(
    "path",
    ["%00", "a%0Ab", "%7F", "%C2%85", "w" * 129, "w" * 8_000],
    ids=["NUL", "newline", "delete", "a control character of Latin-1", "129", "8,000"],
)
def test_what_can_be_no_id_is_invalid(http: httpx.Client, alice: User, path: str) -> None:
    channel_id = private_channel(alice)["id"]
    target = f"{alice.channels}/{channel_id}/members/{path}"
    url = httpx.URL(http.base_url, raw_path=target.encode())
    with nothing_recorded(alice):
        for method in ("PUT", "DELETE"):
            response = http.request(method, url, headers=alice.headers)
            assert "userId" in check_problem(response, 422, "invalid")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("", 405, "method_not_allowed"),
        ("/", 405, "method_not_allowed"),
        ("/a/b", 404, "unknown_path"),
    ],
)
def test_a_path_that_names_nobody_does_nothing(
    alice: User, path: str, status: int, code: str
) -> None:
    channel_id = private_channel(alice)["id"]
    with nothing_recorded(alice):
        for method in ("PUT", "DELETE"):
            response = alice.send(method, f"/{channel_id}/members{path}", None)
            check_problem(response, status, code)
