"""What a new channel may be called and described as, and that its name is one of its kind. All that
a name can be is in tests/unit/domain/test_channel_name.py."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.http import User, check_problem, created

COMPOSED, DECOMPOSED = "café", "cafe\u0301"


def test_a_name_is_kept_trimmed_and_composed(alice: User) -> None:
    channel = created(alice.create(f" {DECOMPOSED} 👩‍👩‍👧‍👦 \t"))
    assert channel["name"] == f"{COMPOSED} 👩‍👩‍👧‍👦"
    assert alice.get(channel["id"]).json() == channel


@pytest.mark.parametrize("name", ["", "n" * 101, "a\x00b"], ids=["empty", "long", "with NUL"])
def test_a_name_that_is_not_allowed_is_refused(alice: User, name: str) -> None:
    assert "name" in check_problem(alice.create(name), 422, "invalid")


@pytest.mark.parametrize(
    ("first", "second"), [("general", " GENERAL"), ("straße", "STRASSE")], ids=["case", "letters"]
)
def test_a_name_is_unique_regardless_of_case(
    alice: User, member: Callable[..., User], first: str, second: str
) -> None:
    created(alice.create(first))
    for user in (alice, member("bob")):
        check_problem(user.create(second), 409, "name_taken")
        check_problem(user.create(second, isPrivate=True), 409, "name_taken")


def test_a_private_channel_takes_its_name_too(alice: User, member: Callable[..., User]) -> None:
    created(alice.create("secret", isPrivate=True))
    check_problem(member("bob").create("Secret"), 409, "name_taken")


def test_each_workspace_has_names_of_its_own(
    http: httpx.Client, alice: User, workspace: str
) -> None:
    other = User(http, f"{workspace}/2")
    assert created(alice.create("general"))["id"] != created(other.create("general"))["id"]


def test_of_64_who_want_a_name_at_once_one_gets_it(alice: User) -> None:
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(alice.create, ["general", "GENERAL"] * 32))
    (channel,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            check_problem(answer, 409, "name_taken")
    listed = alice.list(minPosition=channel["position"]).json()
    assert listed["channels"] == [channel]


@pytest.mark.parametrize("description", ["", "😀" * 2_000, "two\nlines\tand\x01"])
def test_a_description_is_kept_as_it_is(alice: User, description: str) -> None:
    channel = created(alice.create("general", description=description))
    assert channel["description"] == description
    assert alice.get(channel["id"]).json() == channel
    listed = alice.list(minPosition=channel["position"]).json()
    assert listed["channels"] == [channel]


ACCEPTED = {
    "null where it may be": '{"name": "general", "description": null}',
    "escapes": r'{"name": "gen\u0065ral"}',
    "a pair of surrogates": r'{"name": "general", "description": "\ud83d\ude00"}',
    "blanks": '\n{ "name" : "general" }\t',
    "two names, of which the last counts": '{"name": "first", "name": "general"}',
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
@pytest.mark.parametrize(
    "media_type", ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8"]
)
def test_json_may_be_written_in_many_ways(alice: User, body: str, media_type: str) -> None:
    channel = created(alice.post(body, **{"Content-Type": media_type}))
    assert channel["name"] == "general"
    assert channel["description"] == json.loads(body).get("description")
