"""Changing a channel over HTTP: what is answered, what it changes, and what changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.commands import nothing_recorded
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]

CHANGES: dict[str, dict[str, Any]] = {
    "a name": {"name": "another"},
    "a description": {"description": "why"},
    "no description": {"description": None},
    "an empty description": {"description": ""},
    "the longest description": {"description": "😀" * 2_000},
    "a name and a description": {"name": "another", "description": "why"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
def test_the_fields_that_are_sent_change_and_no_other(
    alice: User, changes: dict[str, Any], is_private: bool
) -> None:
    before = created(alice.create("general", description="what for", isPrivate=is_private))
    response = alice.update(before["id"], **changes)
    after = changed(response)
    assert after == {
        **before,
        **changes,
        "updatedAt": after["updatedAt"],
        "version": 2,
        "position": after["position"],
    }
    assert after["updatedAt"] > before["updatedAt"]
    assert after["position"] > before["position"]
    assert response.headers["ETag"] == '"2"'
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("is_private", [True, False], ids=["to private", "to public"])
def test_a_channel_changes_its_privacy_together_with_the_rest(
    alice: User, is_private: bool
) -> None:
    before = created(alice.create("general", isPrivate=not is_private))
    changes = {"isPrivate": is_private, "name": "another", "description": "why"}
    response = alice.update(before["id"], **changes)
    after = changed(response)
    assert {**after, **changes} == after
    assert response.headers["ETag"] == f'"{after["version"]}"'
    assert alice.get(before["id"]).json() == after


def test_a_change_is_there_once_it_is_answered(alice: User, member: MakeUser) -> None:
    channel = created(alice.create("general"))
    for number in range(20):
        response = alice.update(channel["id"], name=f"channel {number}")
        found = member("bob").get(channel["id"])
        assert found.json() == changed(response)
        assert found.headers["ETag"] == response.headers["ETag"] == f'"{number + 2}"'


def test_the_list_shows_a_change_and_keeps_its_order(alice: User, member: MakeUser) -> None:
    first, second, third = (created(alice.create(name)) for name in ("a", "b", "c"))
    first = changed(alice.update(first["id"], name="z", description="why"))
    second = changed(alice.update(second["id"], description=None, name="y"))
    for user in (alice, member("bob")):
        listed = user.list(minPosition=second["position"]).json()
        assert listed["channels"] == [first, second, third]


def test_the_list_has_a_channel_for_those_who_may_see_it_now(alice: User, member: MakeUser) -> None:
    bob, admin = member("bob"), member("dora", role="admin")
    channel_id = created(alice.create("general"))["id"]
    for is_private in (True, False, True):
        channel = changed(alice.update(channel_id, isPrivate=is_private))
        position = channel["position"]
        assert alice.list(minPosition=position).json()["channels"] == [channel]
        for other in (bob, admin):
            seen = [] if is_private else [channel]
            assert other.list(minPosition=position).json()["channels"] == seen
            assert other.get(channel_id).status_code == (404 if is_private else 200)


NO_CHANGES: dict[str, dict[str, Any]] = {
    "no field": {},
    "the name": {"name": "café"},
    "the name with blanks around": {"name": "  café\t"},
    "the name decomposed": {"name": "cafe\u0301"},
    "the description": {"description": "what for"},
    "the privacy": {"isPrivate": True},
    "every field": {"name": "café", "description": "what for", "isPrivate": True},
}


@pytest.mark.parametrize("same", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_is_so_already_is_answered_and_not_recorded(alice: User, same: dict[str, Any]) -> None:
    channel = created(alice.create("café", description="what for", isPrivate=True))
    with nothing_recorded(alice):
        response = alice.update(channel["id"], **same)
        assert changed(response) == channel
        assert response.headers["ETag"] == '"1"'
    assert alice.get(channel["id"]).json() == channel


def test_a_description_that_is_missing_already_is_not_recorded_as_null(alice: User) -> None:
    channel = created(alice.create("general"))
    with nothing_recorded(alice):
        assert changed(alice.update(channel["id"], description=None)) == channel


def test_of_the_fields_that_are_sent_those_that_differ_are_recorded(alice: User) -> None:
    channel = created(alice.create("general", description="what for"))
    changed(alice.update(channel["id"], name="general", description="why", isPrivate=False))
    last = alice.history(channel["id"]).json()["history"][-1]
    assert (last["what"], last["changes"]) == ("updated", {"description": "why"})


INVALID: dict[str, tuple[str, Any]] = {
    "an empty name": ("name", ""),
    "a blank name": ("name", " \t"),
    "a name of 101 characters": ("name", "n" * 101),
    "a name with a newline": ("name", "a\nb"),
    "a name of null": ("name", None),
    "a numeric name": ("name", 7),
    "a description of 2,001 characters": ("description", "d" * 2_001),
    "a description with NUL": ("description", "a\x00b"),
    "a numeric description": ("description", 7),
    "a privacy of null": ("isPrivate", None),
    "a privacy of text": ("isPrivate", "true"),
    "a privacy of a number": ("isPrivate", 1),
    "an unknown field": ("creatorId", "bob"),
    "the version": ("version", 1),
    "the workspace": ("workspaceId", "another"),
    "a field in another case": ("is_private", True),
}


@pytest.mark.parametrize(("field", "value"), INVALID.values(), ids=INVALID)
def test_a_value_that_is_not_allowed_is_refused_by_name_and_nothing_changes(
    alice: User, field: str, value: Any
) -> None:
    channel = created(alice.create("general", description="what for"))
    with nothing_recorded(alice):
        right = {"name": "another", "description": "why", "isPrivate": True}
        response = alice.update(channel["id"], **{**right, field: value})
        assert field in check_problem(response, 422, "invalid")
    assert alice.get(channel["id"]).json() == channel


BODIES: dict[str, tuple[str | bytes, str | None, int, str]] = {
    "nothing": (b"", "application/json", 400, "malformed"),
    "half an object": ('{"name": "another"', "application/json", 400, "malformed"),
    "a lone surrogate": (r'{"name": "\ud800"}', "application/json", 400, "malformed"),
    "not UTF-8": (b'{"name": "\xff"}', "application/json", 400, "malformed"),
    "null": ("null", "application/json", 422, "invalid"),
    "a list": ('[{"name": "another"}]', "application/json", 422, "invalid"),
    "text": ("{}", "text/plain", 415, "unsupported_media_type"),
    "a merge patch": ("{}", "application/merge-patch+json", 415, "unsupported_media_type"),
    "no media type": ("{}", None, 415, "unsupported_media_type"),
}


@pytest.mark.parametrize(("body", "media_type", "status", "code"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_change_is_refused(
    alice: User, body: str | bytes, media_type: str | None, status: int, code: str
) -> None:
    channel = created(alice.create("general"))
    response = alice.send("PATCH", f"/{channel['id']}", body, **{"Content-Type": media_type})
    check_problem(response, status, code)
    assert alice.get(channel["id"]).json() == channel
