"""The list of channels: its pages, what it reflects, and what nobody else gets to see."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.clients import py_client
from tests.support.http import User, check_problem, created
from tests.support.service import RunningService
from tests.support.tokens import token

MakeUser = Callable[..., User]


def create_all(user: User, *names: str, **body: Any) -> list[Any]:
    """Channels, once the list reflects them."""
    channels = [created(user.create(name, **body)) for name in names]
    assert user.list(minPosition=channels[-1]["position"]).status_code == 200
    return channels


def walk(user: User, limit: int) -> list[list[Any]]:
    """All pages, each with the cursor that the one before has answered."""
    pages, query = [], {"limit": limit}
    while True:
        page = user.list(**query).json()
        assert page.keys() == {"channels", "next", "position"}
        pages.append(page["channels"])
        if page["next"] is None:
            return pages
        query["after"] = page["next"]


def test_an_empty_workspace_has_an_empty_list(alice: User) -> None:
    page = alice.list().json()
    assert page == {"channels": [], "next": None, "position": page["position"]}


async def test_a_list_says_to_which_log_its_position_belongs(
    alice: User, service: RunningService
) -> None:
    """By the id that `auth-success` says; a page of the past says it too."""
    async with py_client(service.url, auth={"token": token("alice", ("w",))}) as client:
        success = await client.event("auth-success")
    assert alice.list().headers["X-Log-ID"] == success["log"]
    assert alice.list(at=0).headers["X-Log-ID"] == success["log"]


def test_the_list_holds_channels_as_they_were_created_oldest_first(alice: User) -> None:
    channels = create_all(alice, "c", "a", "b", description="what for")
    page = alice.list().json()
    assert (page["channels"], page["next"]) == (channels, None)
    assert page["position"] >= channels[-1]["position"]


@pytest.mark.parametrize(
    ("limit", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6]), (200, [6])]
)
def test_pages_hold_every_channel_once(alice: User, limit: int, sizes: list[int]) -> None:
    channels = create_all(alice, *"abcdef")
    pages = walk(alice, limit)
    assert [len(page) for page in pages] == sizes
    assert [channel for page in pages for channel in page] == channels


def test_a_page_holds_50_channels_where_no_limit_is_given(alice: User) -> None:
    channels = create_all(alice, *map(str, range(51)))
    page = alice.list().json()
    assert page["channels"] == channels[:50]
    assert alice.list(after=page["next"]).json()["channels"] == channels[50:]


def test_pages_are_filled_with_what_the_caller_may_see(alice: User, member: MakeUser) -> None:
    bob = member("bob")
    seen = []
    for number in range(4):
        created(alice.create(f"hers {number}", isPrivate=True))
        seen += create_all(bob, f"his {number}", isPrivate=number % 2 == 0)
    assert [len(page) for page in walk(bob, 2)] == [2, 2]
    assert [channel for page in walk(bob, 2) for channel in page] == seen


def test_a_walk_goes_on_to_what_is_created_on_its_way(alice: User) -> None:
    first, second, _ = create_all(alice, *"abc")
    page = alice.list(limit=2).json()
    assert page["channels"] == [first, second]
    (new,) = create_all(alice, "d")
    assert alice.list(limit=2, after=page["next"]).json()["channels"][1] == new


def test_nobody_sees_the_private_channels_of_others(alice: User, member: MakeUser) -> None:
    (hers,) = create_all(alice, "hers", isPrivate=True)
    (open_to_all,) = create_all(alice, "open")
    for role in ("guest", "user", "moderator", "admin"):
        assert member("bob", role=role).list().json()["channels"] == [open_to_all]
    assert member("ALICE").list().json()["channels"] == [open_to_all]
    assert alice.list().json()["channels"] == [hers, open_to_all]


def test_nobody_sees_the_channels_of_another_workspace(
    http: httpx.Client, alice: User, workspace: str
) -> None:
    create_all(alice, "general")
    for other in (f"{workspace}/2", workspace.upper(), workspace[:-1]):
        assert User(http, other).list().json()["channels"] == []


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in (0, -1, 201, 10**30, "", "ten", "1.0", "+1", "١", "1,2")),
        *({"minPosition": least} for least in (-1, 2**63, 10**30, "", "last", "0x1", "1e3")),
        *(
            {"after": cursor}
            for cursor in ("", "x", "0", "-1", "null", "0" * 15, "f" * 16, "0" * 17, "0" * 4_000)
        ),
        *({"after": cursor} for cursor in ("000000000000000A", "0000000000000000\n", "☃" * 16)),
    ],
    ids=str,
)
def test_a_query_that_is_not_allowed_is_refused_by_name(
    alice: User, query: dict[str, object]
) -> None:
    (name,) = query
    assert name in check_problem(alice.list(**query), 422, "invalid")


def test_a_query_that_means_nothing_is_let_pass(alice: User) -> None:
    assert alice.list(sort="name", limit=1).status_code == 200


def test_the_list_is_waited_for_until_it_includes_a_position(alice: User) -> None:
    for number in range(20):
        channel = created(alice.create(f"channel {number}"))
        page = alice.list(minPosition=channel["position"]).json()
        assert page["channels"][-1] == channel
        assert page["position"] >= channel["position"]


def test_a_position_that_does_not_come_is_waited_for_and_not_for_ever(alice: User) -> None:
    response = alice.list(minPosition=2**63 - 1)
    assert str(2**63 - 1) in check_problem(response, 503, "unavailable")
