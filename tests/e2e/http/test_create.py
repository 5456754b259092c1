"""Creating a channel over HTTP: what is answered, and who may."""

import re
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from tests.support.http import User, bearer, check_problem, created
from tests.support.tokens import token

MakeUser = Callable[..., User]


def test_a_channel_is_created_and_answered_in_whole(alice: User, workspace: str) -> None:
    response = alice.create("general", description="what for", isPrivate=True)
    channel = created(response)
    assert channel == {
        "id": channel["id"],
        "workspaceId": workspace,
        "name": "general",
        "description": "what for",
        "isPrivate": True,
        "creatorId": "alice",
        "createdAt": channel["createdAt"],
        "updatedAt": channel["createdAt"],
        "version": 1,
        "position": channel["position"],
    }
    assert str(UUID(channel["id"])) == channel["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", channel["createdAt"])
    assert isinstance(channel["position"], int)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["ETag"] == '"1"'


def test_what_may_be_left_out_has_a_default(alice: User) -> None:
    channel = created(alice.create("general"))
    assert (channel["description"], channel["isPrivate"]) == (None, False)


def test_the_location_is_where_the_channel_is(http: httpx.Client, alice: User) -> None:
    response = alice.create("general")
    found = http.get(response.headers["Location"], headers=alice.headers)
    assert (found.status_code, found.json()) == (200, response.json())
    assert found.headers["ETag"] == response.headers["ETag"]


def test_the_location_has_no_more_slashes_than_it_needs(http: httpx.Client, alice: User) -> None:
    response = http.post(f"{alice.channels}//", json={"name": "a"}, headers=alice.headers)
    assert response.headers["Location"] == f"{alice.channels}/{created(response)['id']}"


def test_channels_are_at_growing_positions(alice: User) -> None:
    positions = [created(alice.create(name))["position"] for name in "abc"]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("role", ["admin", "moderator", "user"])
def test_whoever_is_not_a_guest_may_create(member: MakeUser, role: str) -> None:
    assert created(member("bob", role=role).create("general"))["creatorId"] == "bob"


def test_a_guest_may_look_and_not_create(alice: User, member: MakeUser) -> None:
    channel = created(alice.create("general"))
    guest = member("grace", role="guest")
    check_problem(guest.create("mine"), 403, "forbidden")
    assert guest.get(channel["id"]).json() == channel


def test_a_workspace_that_the_token_does_not_name_is_forbidden(
    http: httpx.Client, alice: User, workspace: str
) -> None:
    for workspaces in ((), ("another",), {"another": "admin"}, (workspace.upper(),)):
        headers = bearer(token("mallory", workspaces))
        for body in ('{"name": "mine"}', "{"):
            response = http.post(
                alice.channels,
                content=body,
                headers={**headers, "Content-Type": "application/json"},
            )
            check_problem(response, 403, "forbidden")
        check_problem(http.get(alice.channels, headers=headers), 403, "forbidden")
    assert alice.list().json()["channels"] == []


def test_a_token_without_workspaces_is_good_for_none(http: httpx.Client, alice: User) -> None:
    response = http.get(alice.channels, headers=bearer(token("mallory", None)))
    check_problem(response, 401, "token_invalid")
    response = http.get(alice.channels, headers=bearer(token("mallory", ())))
    check_problem(response, 403, "forbidden")


IDS = {
    "with a slash": "a/b",
    "with a blank": "a b",
    "with a percent sign": "a%2Fb",
    "with a question mark": "a?b#c",
    "beyond ASCII": "grüß",
    "beyond the basic plane": "😀",
    "a dot": ".",
    "two dots": "..",
    "of 128 characters": "w" * 128,
}


@pytest.mark.parametrize("workspace", IDS.values(), ids=IDS)
def test_a_workspace_may_have_any_id(http: httpx.Client, workspace: str) -> None:
    alice = User(http, workspace)
    response = alice.create("general")
    assert created(response)["workspaceId"] == workspace
    found = http.get(response.headers["Location"], headers=alice.headers)
    assert found.json() == response.json()


@pytest.mark.parametrize(
    "path",
    ["%00", "a%0Ab", "%7F", "%FF", "%ED%A0%80", "%", "%zz", "w" * 129, "w" * 8_000],
    ids=["NUL", "newline", "delete", "not UTF-8", "a surrogate", "%", "%zz", "129", "8,000"],
)
def test_a_workspace_that_nobody_can_be_of_is_forbidden(
    http: httpx.Client, alice: User, path: str
) -> None:
    url = httpx.URL(http.base_url, raw_path=f"/workspaces/{path}/channels".encode())
    for method in ("GET", "POST"):
        response = http.request(method, url, headers=alice.headers)
        check_problem(response, 403, "forbidden")


@pytest.mark.parametrize("path", ["", "/", "a/b", ".", "..", "../..", "%2F/.."])
def test_a_path_that_is_no_workspace_is_not_known(
    http: httpx.Client, alice: User, path: str
) -> None:
    url = httpx.URL(http.base_url, raw_path=f"/workspaces/{path}/channels".encode())
    check_problem(http.get(url, headers=alice.headers), 404, "unknown_path")
