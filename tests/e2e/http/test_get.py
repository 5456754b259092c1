"""One channel over HTTP: there at once, and only for those who may see it."""

from collections.abc import Callable
from uuid import uuid4

import httpx

from domain.identifiers import name_stream_id
from tests.support.http import User, check_problem, created

MakeUser = Callable[..., User]


def test_a_channel_is_there_once_its_creation_is_answered(alice: User) -> None:
    for number in range(20):
        channel = created(alice.create(f"channel {number}"))
        found = alice.get(channel["id"])
        assert (found.status_code, found.json()) == (200, channel)
        assert found.headers["ETag"] == '"1"'
        assert found.headers["Content-Type"] == "application/json"


def test_a_public_channel_is_there_for_all_of_its_workspace(alice: User, member: MakeUser) -> None:
    channel = created(alice.create("general"))
    for role in ("guest", "user", "moderator", "admin"):
        assert member("bob", role=role).get(channel["id"]).json() == channel


def test_a_private_channel_is_there_for_its_creator(alice: User) -> None:
    channel = created(alice.create("secret", isPrivate=True))
    assert alice.get(channel["id"]).json() == channel


def test_a_channel_that_may_not_be_seen_looks_as_if_it_were_not_there(
    http: httpx.Client, alice: User, member: MakeUser, workspace: str
) -> None:
    """Else whoever guesses an id, or a name by its idempotency key, would learn that it exists."""
    unknown = str(uuid4())
    public = created(alice.create("general"))["id"]
    private = created(alice.create("secret", isPrivate=True))["id"]
    admin, elsewhere = member("bob", role="admin"), User(http, f"{workspace}/2")
    told = {
        check_problem(user.get(channel_id), 404, "not_found").replace(channel_id, "ID")
        for user, channel_id in (
            (alice, unknown),
            (admin, private),
            (elsewhere, public),
            (elsewhere, private),
        )
    }
    assert len(told) == 1


def test_an_id_that_is_none_is_not_found(alice: User) -> None:
    for bad in ("x", "1", "general", "null", "%00", "%FF", "*", "a" * 36, "0" * 1_000):
        check_problem(alice.get(bad), 404, "not_found")


def test_the_log_holds_more_than_channels_and_shows_no_more(alice: User, workspace: str) -> None:
    created(alice.create("general"))
    check_problem(alice.get(str(name_stream_id(workspace, "general"))), 404, "not_found")


def test_a_channel_of_a_workspace_that_the_token_does_not_name_is_forbidden(
    http: httpx.Client, alice: User
) -> None:
    channel = created(alice.create("general"))
    mallory = User(http, "another", "mallory")
    for channel_id in (channel["id"], str(uuid4()), "x"):
        response = http.get(f"{alice.channels}/{channel_id}", headers=mallory.headers)
        check_problem(response, 403, "forbidden")
