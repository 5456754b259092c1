"""The list of a channel's members: in pages, in the order of their ids."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.commands import private_channel
from tests.support.http import User, changed, check_problem

MakeUser = Callable[..., User]


def walk(user: User, channel_id: str, limit: int) -> list[list[str]]:
    """The ids on all pages, each page asked for with the `next` of the one before."""
    pages, query = [], {"limit": limit}
    while True:
        page = changed(user.members(channel_id, **query))
        pages.append([member["userId"] for member in page["members"]])
        if page["next"] is None:
            return pages
        assert page["next"] != query.get("after")
        query["after"] = page["next"]


@pytest.mark.parametrize(
    ("limit", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6]), (200, [6])]
)
def test_pages_hold_every_member_once_in_the_order_of_their_ids(
    alice: User, member: MakeUser, limit: int, sizes: list[int]
) -> None:
    names = {"bob": "user", "Bob": "admin", "émile": "user", "b": "user"}
    channel_id = private_channel(alice, **names)["id"]
    for user in (alice, member("zed"), member("bob", role="guest")):
        pages = walk(user, channel_id, limit)
        assert [len(page) for page in pages] == sizes
        found = [user_id for page in pages for user_id in page]
        assert found == ["Bob", "alice", "b", "bob", "zed", "émile"]


def test_a_page_holds_50_members_where_no_limit_is_given(alice: User) -> None:
    names = [f"user {number:02}" for number in range(50)]
    channel_id = private_channel(alice, **dict.fromkeys(names, "user"))["id"]
    page = changed(alice.members(channel_id))
    assert [member["userId"] for member in page["members"]] == ["alice", *names[:49]]
    assert page["next"] == names[48]
    rest = changed(alice.members(channel_id, after=page["next"]))
    assert [member["userId"] for member in rest["members"]] == [names[49], "zed"]


def test_a_walk_goes_on_where_it_was_though_members_come_and_go(alice: User) -> None:
    channel_id = private_channel(alice, bob="user", carol="user", dave="user")["id"]
    assert changed(alice.members(channel_id, limit=2))["next"] == "bob"
    changed(alice.remove_member(channel_id, "bob"))
    changed(alice.add_member(channel_id, "aaron"))
    changed(alice.add_member(channel_id, "bobby"))
    page = changed(alice.members(channel_id, limit=2, after="bob"))
    assert [member["userId"] for member in page["members"]] == ["bobby", "carol"]


def test_beyond_the_last_member_there_is_an_empty_page(alice: User) -> None:
    channel = private_channel(alice)
    for after in ("zed", "~", "😀", "z" * 4_000):
        page = changed(alice.members(channel["id"], after=after))
        assert (page["members"], page["next"]) == ([], None)


@pytest.mark.parametrize("limit", [0, -1, 201, 10**30, "", "ten", "1.0", "١"])
def test_a_limit_that_is_not_allowed_is_refused(alice: User, limit: Any) -> None:
    channel_id = private_channel(alice)["id"]
    assert "limit" in check_problem(alice.members(channel_id, limit=limit), 422, "invalid")
