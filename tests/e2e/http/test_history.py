"""A channel's history over HTTP: when, who, what changed and in which request; for whom."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.commands import nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]


def history(user: User, channel_id: str) -> list[Any]:
    """All of it, as one page."""
    page = changed(user.history(channel_id, limit=200))
    assert page.keys() == {"history", "next"}
    assert page["next"] is None
    return page["history"]


def walk(user: User, channel_id: str, limit: int) -> list[list[Any]]:
    """All pages, each asked for with the `next` of the one before."""
    pages, query = [], {"limit": limit}
    while True:
        page = changed(user.history(channel_id, **query))
        pages.append(page["history"])
        if page["next"] is None:
            return pages
        assert page["next"] != query.get("after")
        query["after"] = page["next"]


def test_it_says_when_who_what_changed_and_in_which_request(alice: User, member: MakeUser) -> None:
    bob, dora = member("bob"), member("dora", role="moderator")
    response = alice.sending(x_request_id="r1").create("a", description="b", isPrivate=True)
    channel_id = created(response)["id"]
    told: list[Any] = []

    def tell(response: Any, who: str, what: str, **changes: object) -> None:
        """One more thing that the history is to tell, once it has happened."""
        assert response.status_code in (200, 201), response.text
        after = alice.get(channel_id).json()
        number = len(told) + 1
        told.append(
            {
                "version": number,
                "position": response.json()["position"],
                "at": after["updatedAt"],
                "actorId": who,
                "requestId": f"r{number}",
                "what": what,
                "changes": changes,
            }
        )
        assert after["version"] == number
        assert history(alice, channel_id) == told

    tell(response, "alice", "created", name="a", description="b", isPrivate=True)
    response = alice.sending(x_request_id="r2").add_member(channel_id, "bob")
    tell(response, "alice", "member-added", userId="bob", role="user")
    response = alice.sending(x_request_id="r3").add_member(channel_id, "bob", "admin")
    tell(response, "alice", "member-role-changed", userId="bob", role="admin")
    response = bob.sending(x_request_id="r4").update(channel_id, name="c", description=None)
    tell(response, "bob", "updated", name="c", description=None)
    response = bob.sending(x_request_id="r5").remove_member(channel_id, "bob")
    tell(response, "bob", "member-removed", userId="bob")
    response = alice.sending(x_request_id="r6").update(channel_id, isPrivate=False, name="c")
    tell(response, "alice", "updated", isPrivate=False)
    response = dora.sending(x_request_id="r7").update(channel_id, name="d")
    tell(response, "dora", "updated", name="d")


def test_making_a_channel_private_is_told_with_the_admins_that_it_gets(
    alice: User, member: MakeUser
) -> None:
    channel_id = created(alice.create("a"))["id"]
    dora = member("dora", role="admin").sending(x_request_id="once")
    position = changed(dora.update(channel_id, isPrivate=True, name="b"))["position"]
    told = history(alice, channel_id)[1:]
    assert [(each["what"], each["changes"]) for each in told] == [
        ("member-added", {"userId": "alice", "role": "admin"}),
        ("member-added", {"userId": "dora", "role": "admin"}),
        ("updated", {"isPrivate": True, "name": "b"}),
    ]
    assert {(each["actorId"], each["requestId"]) for each in told} == {("dora", "once")}
    assert [each["position"] for each in told] == [position - 2, position - 1, position]


def test_what_changes_nothing_or_is_refused_is_not_told(alice: User, member: MakeUser) -> None:
    channel_id = private_channel(alice)["id"]
    before = history(alice, channel_id)
    with nothing_recorded(alice):
        changed(alice.update(channel_id, name="secret"))
        changed(alice.add_member(channel_id, "zed"))
        check_problem(alice.remove_member(channel_id, "alice"), 409, "last_admin")
        check_problem(member("zed").delete(channel_id), 403, "forbidden")
    assert history(alice, channel_id) == before


@pytest.mark.parametrize(
    ("limit", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6]), (200, [6])]
)
def test_pages_hold_every_event_once_oldest_first(
    alice: User, limit: int, sizes: list[int]
) -> None:
    channel_id = created(alice.create("channel 1"))["id"]
    for version in range(2, 7):
        changed(alice.update(channel_id, name=f"channel {version}"))
    pages = walk(alice, channel_id, limit)
    assert [len(page) for page in pages] == sizes
    told = [each for page in pages for each in page]
    assert told == history(alice, channel_id)
    assert [each["version"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert [each["changes"]["name"] for each in told] == [f"channel {n}" for n in range(1, 7)]


def test_a_page_holds_50_events_where_no_limit_is_given(alice: User) -> None:
    channel_id = created(alice.create("general"))["id"]
    for number in range(50):
        changed(alice.update(channel_id, description=f"text {number}"))
    page = changed(alice.history(channel_id))
    assert [each["version"] for each in page["history"]] == list(range(1, 51))
    rest = changed(alice.history(channel_id, after=page["next"]))
    assert [each["version"] for each in rest["history"]] == [51]


def test_beyond_the_latest_event_there_is_an_empty_page(alice: User) -> None:
    channel_id = created(alice.create("general"))["id"]
    for after in ("0000000000000001", "0000000000000002", "7fffffffffffffff"):
        assert changed(alice.history(channel_id, after=after)) == {"history": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in (0, -1, 201, "", "ten")),
        *({"after": after} for after in ("", "1", "x", "f" * 16, "0" * 17, "000000000000000A")),
    ],
    ids=str,
)
def test_a_query_that_is_not_allowed_is_refused_by_name(
    alice: User, query: dict[str, object]
) -> None:
    channel_id = created(alice.create("general"))["id"]
    (name,) = query
    assert name in check_problem(alice.history(channel_id, **query), 422, "invalid")


@pytest.fixture
def opened(alice: User, member: MakeUser) -> Any:
    """A channel with a past in private: public, then private under other names, now public."""
    channel_id = created(alice.create("first", description="for all"))["id"]
    changed(alice.update(channel_id, isPrivate=True, name="hidden 1"))
    changed(alice.add_member(channel_id, "bob", "admin"))
    changed(alice.add_member(channel_id, "carol"))
    changed(member("bob").update(channel_id, name="hidden 2", description="hidden 3"))
    changed(alice.remove_member(channel_id, "carol"))
    changed(alice.update(channel_id, isPrivate=False, name="open"))
    return changed(alice.update(channel_id, description="for all again"))


def test_what_happened_in_private_is_told_to_the_members_alone_once_it_is_public(
    alice: User, member: MakeUser, opened: Any
) -> None:
    """And not to one who was a member, nor to a workspace admin."""
    everything = history(alice, opened["id"])
    assert [each["version"] for each in everything] == list(range(1, opened["version"] + 1))
    assert history(member("bob"), opened["id"]) == everything
    told = [each for each in everything if each["version"] in (1, 8, 9)]
    assert [each["changes"] for each in told] == [
        {"name": "first", "description": "for all", "isPrivate": False},
        {"isPrivate": False, "name": "open"},
        {"description": "for all again"},
    ]
    for name, role in (("carol", "user"), ("dora", "admin"), ("mona", "moderator"), ("g", "guest")):
        response = member(name, role=role).history(opened["id"])
        assert changed(response)["history"] == told
        assert "hidden" not in response.text
        assert "bob" not in response.text


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_lead_others_past_what_they_are_not_told(
    member: MakeUser, opened: Any, limit: int
) -> None:
    pages = walk(member("carol"), opened["id"], limit)
    assert all(len(page) <= limit for page in pages)
    assert [each["version"] for page in pages for each in page] == [1, 8, 9]


def test_a_private_channel_of_the_past_is_told_from_its_opening_on(
    alice: User, member: MakeUser
) -> None:
    channel_id = private_channel(alice)["id"]
    changed(alice.update(channel_id, isPrivate=False))
    (told,) = history(member("bob"), channel_id)
    assert (told["what"], told["changes"]) == ("updated", {"isPrivate": False})


def test_a_new_member_is_told_everything(alice: User, member: MakeUser) -> None:
    channel_id = private_channel(alice)["id"]
    changed(alice.add_member(channel_id, "bob"))
    assert history(member("bob", role="guest"), channel_id) == history(alice, channel_id)
