"""The list of channels as it was at a position: what it answered then, to whom it answered it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.clients import js_client
from tests.support.http import User, changed, check_problem, created
from tests.support.service import RunningService
from tests.support.tokens import token

MakeUser = Callable[..., User]


def live(channel_user: User, position: int, **query: Any) -> Any:
    """The live list, once it includes a position."""
    page = changed(channel_user.list(minPosition=position, **query))
    assert page["position"] == position, "others change something meanwhile"
    return page


def test_it_is_what_the_list_answered_at_each_position(alice: User, member: MakeUser) -> None:
    users = [alice, member("bob"), member("a stranger", role="admin")]
    channel = created(alice.create("general"))
    pages = []

    def look(position: int) -> None:
        # A creation ends with the event of its name, of which the list has nothing to tell.
        pages.append((position, [live(user, position) for user in users]))

    look(channel["position"] + 1)
    id = channel["id"]
    look(created(alice.create("secret", isPrivate=True, description="why"))["position"] + 1)
    for command in (
        lambda: alice.update(id, description="what for"),
        lambda: alice.update(id, isPrivate=True),
        lambda: alice.add_member(id, "bob"),
        lambda: alice.add_member(id, "bob", "admin"),
        lambda: alice.remove_member(id, "bob"),
        lambda: alice.update(id, isPrivate=False),
    ):
        answer = changed(command())
        head = answer["position"]
        look(head)
    deleted = changed(alice.delete(id))
    look(deleted["position"] + 1)
    for position, answered in pages:
        assert [changed(user.list(at=position)) for user in users] == answered
    sizes = [[len(page["channels"]) for page in answered] for _, answered in pages]
    assert sizes == [
        [1, 1, 1], [2, 1, 1], [2, 1, 1], [2, 0, 0], [2, 1, 0], [2, 1, 0], [2, 0, 0], [2, 1, 1],
        [1, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_it_has_pages_as_the_live_list_has(alice: User, limit: int) -> None:
    channels = [created(alice.create(name)) for name in "abcdefg"]
    at = channels[-1]["position"]
    changed(alice.update(channels[0]["id"], name="z"))
    for channel in channels[:3]:
        changed(alice.delete(channel["id"]))
    found, query = [], {"limit": limit, "at": at}
    while True:
        page = changed(alice.list(**query))
        assert page.keys() == {"channels", "next", "position"}
        assert page["position"] == at
        found += page["channels"]
        if page["next"] is None:
            break
        assert len(page["channels"]) == limit
        query["after"] = page["next"]
    assert found == channels


def test_a_page_holds_50_channels_where_no_limit_is_given(alice: User) -> None:
    channels = [created(alice.create(str(number))) for number in range(51)]
    at = channels[-1]["position"]
    page = changed(alice.list(at=at))
    assert page["channels"] == channels[:50]
    assert changed(alice.list(at=at, after=page["next"]))["channels"] == channels[50:]


def test_at_0_there_is_nothing(alice: User) -> None:
    created(alice.create("general"))
    assert changed(alice.list(at=0)) == {"channels": [], "next": None, "position": 0}
    assert changed(alice.list(at=0, minPosition=0))["channels"] == []


def test_a_position_beyond_the_head_is_refused_and_the_head_is_named(alice: User) -> None:
    head = created(alice.create("general"))["position"] + 1
    assert len(changed(alice.list(at=head))["channels"]) == 1
    for at in (head + 1, 2**63 - 1):
        detail = check_problem(alice.list(at=at), 422, "invalid")
        assert detail == f"at must not be beyond the head of the log, which is at {head}"


@pytest.mark.parametrize("at", [-1, 2**63, 10**30, "", "last", "0x1", "1e3", "1.0", "+1", "١"])
def test_what_is_no_position_is_refused(alice: User, at: object) -> None:
    assert "at must be a whole number" in check_problem(alice.list(at=at), 422, "invalid")


def test_one_cannot_wait_and_look_back_at_once(alice: User) -> None:
    detail = check_problem(alice.list(at=0, minPosition=1), 422, "invalid")
    assert "minPosition" in detail
    assert "at" in detail


def test_nobody_looks_into_a_workspace_that_their_token_does_not_name(
    http: httpx.Client, alice: User
) -> None:
    at = created(alice.create("general"))["position"]
    other = User(http, "another workspace")
    assert changed(other.list(at=at))["channels"] == []
    other.channels = alice.channels
    check_problem(other.list(at=at), 403, "forbidden")
    other.headers = {}
    check_problem(other.list(at=at), 401, "token_missing")


async def test_no_socket_hears_of_it(service: RunningService, alice: User, workspace: str) -> None:
    channels = [created(alice.create(name)) for name in "abc"]
    at = channels[-1]["position"]
    async with js_client(service.url, auth={"token": token("alice", (workspace,))}) as client:
        await client.event("auth-success")
        for position in range(at + 1):
            changed(alice.list(at=position))
        marker = created(alice.create("marker"))
        await client.event("channel-created")
        events = [heard for heard in client.heard if heard.kind == "event"]
        assert [heard.name for heard in events] == ["auth-success", "channel-created"]
        assert client.events("channel-created") == [marker]
