"""`Idempotency-Key`: a request that is sent again creates once and is answered the same."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.http import User, check_problem, created

MakeUser = Callable[..., User]


@pytest.fixture
def key() -> str:
    """A key of the test's own: keys are a user's, whatever the workspace."""
    return str(uuid4())


def check_only(user: User, *channels: object) -> None:
    """The workspace has these channels and no other."""
    last = created(user.create("last"))
    listed = user.list(minPosition=last["position"]).json()
    assert listed["channels"] == [*channels, last]


def test_the_same_request_again_is_answered_with_the_first_channel(alice: User, key: str) -> None:
    body = {"description": "what for", "isPrivate": True}
    first = alice.create("general", key=key, **body)
    again = alice.create("general", key=key, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    for header in ("Location", "ETag", "Content-Type"):
        assert again.headers[header] == first.headers[header]
    check_only(alice, first.json())


def test_a_request_is_the_same_whatever_the_spelling_of_its_json(alice: User, key: str) -> None:
    first = created(alice.create("café", key=key))
    body = r'{ "isPrivate": false, "description": null, "name": " cafe\u0301 " }'
    again = alice.post(body, **{"Idempotency-Key": key})
    assert (again.status_code, again.json()) == (200, first)


@pytest.mark.parametrize(
    "another",
    [{"name": "another"}, {"name": "GENERAL"}, {"description": "why"}, {"isPrivate": True}],
    ids=["name", "case", "description", "privacy"],
)
def test_another_request_with_the_key_is_refused(
    alice: User, key: str, another: dict[str, Any]
) -> None:
    first = created(alice.create("general", key=key))
    response = alice.create(**{"name": "general", **another}, key=key)
    check_problem(response, 422, "idempotency_key_reused")
    check_only(alice, first)


def test_a_key_is_good_for_one_workspace(
    http: httpx.Client, alice: User, workspace: str, key: str
) -> None:
    created(alice.create("general", key=key))
    elsewhere = User(http, f"{workspace}/2").create("general", key=key)
    check_problem(elsewhere, 422, "idempotency_key_reused")


def test_a_key_is_its_users_own(alice: User, member: MakeUser, key: str) -> None:
    bob = member("bob")
    hers, his = alice.create("hers", key=key), bob.create("his", key=key)
    assert created(hers)["id"] != created(his)["id"]
    check_problem(bob.create("hers", key=key), 422, "idempotency_key_reused")


def test_a_key_gives_nobody_a_name_that_is_taken(alice: User, member: MakeUser, key: str) -> None:
    created(member("bob").create("general"))
    check_problem(alice.create("general", key=key), 409, "name_taken")


def test_a_key_whose_request_was_refused_is_free(alice: User, key: str) -> None:
    check_problem(alice.create("", key=key), 422, "invalid")
    created(alice.create("taken"))
    check_problem(alice.create("taken", key=key), 409, "name_taken")
    created(alice.create("free", key=key))


def test_of_64_requests_at_once_one_creates(alice: User, key: str) -> None:
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: alice.create("general", key=key), range(64)))
    assert sorted(answer.status_code for answer in answers) == [200] * 63 + [201]
    channel = answers[0].json()
    assert all(answer.json() == channel for answer in answers)
    check_only(alice, channel)


def test_of_64_different_requests_at_once_one_creates(alice: User, key: str) -> None:
    with ThreadPoolExecutor(64) as pool:
        names = [f"channel {number}" for number in range(64)]
        answers = list(pool.map(lambda name: alice.create(name, key=key), names))
    (channel,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            check_problem(answer, 422, "idempotency_key_reused")
    check_only(alice, channel)


@pytest.mark.parametrize("key", ["k", "k" * 255, "a b", "grüß".encode()])
def test_a_key_has_1_to_255_characters(member: MakeUser, workspace: str, key: str | bytes) -> None:
    user = member(f"user of {workspace}")  # who has used no key before
    first = user.create("general", key=key)
    assert user.create("general", key=key).json() == created(first)


@pytest.mark.parametrize("bad", ["", "k" * 256, b"\xff"], ids=["empty", "long", "not UTF-8"])
def test_a_key_that_is_none_is_refused(alice: User, bad: str | bytes) -> None:
    assert "key" in check_problem(alice.create("general", key=bad), 422, "invalid")
    check_only(alice)
