"""What a new channel may be called and described as, and that its name is one of its kind."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.http import User, check_problem, created

COMPOSED, DECOMPOSED = "café", "cafe\u0301"

KEPT = {
    "1 character": "n",
    "100 characters": "n" * 100,
    "100 characters beyond the basic plane": "😀" * 100,
    "a family of emoji": "👩‍👩‍👧‍👦",
    "right to left": "قناة",
    "quotes and a backslash": """'"`\\ ; DROP TABLE channels --""",
    "markup": "<script>alert(1)</script>",
    "blanks within": "a  b",
    "a name of another kind": "null",
}


@pytest.mark.parametrize("name", KEPT.values(), ids=KEPT)
def test_a_name_is_kept_as_it_is(alice: User, name: str) -> None:
    channel = created(alice.create(name))
    assert channel["name"] == name
    assert alice.get(channel["id"]).json() == channel


CLEANED = {
    "blanks around": ("  general\t\n", "general"),
    "wide blanks around": ("\u2003general\u3000", "general"),
    "101 characters with a blank": (" " + "n" * 100, "n" * 100),
    "decomposed": (DECOMPOSED, COMPOSED),
    "200 characters decomposed": ("e\u0301" * 100, "é" * 100),
}


@pytest.mark.parametrize(("sent", "kept"), CLEANED.values(), ids=CLEANED)
def test_a_name_is_trimmed_and_composed(alice: User, sent: str, kept: str) -> None:
    assert created(alice.create(sent))["name"] == kept


REFUSED = {
    "empty": "",
    "of blanks": " \t\n",
    "of wide blanks": "\u3000\u00a0\u2028",
    "of 101 characters": "n" * 101,
    "of 101 characters beyond the basic plane": "😀" * 101,
    "of 101 characters decomposed": "e\u0301" * 101,
    "with NUL": "a\x00b",
    "with a newline": "a\nb",
    "with a tab": "a\tb",
    "with an escape": "a\x1b[31mb",
    "with a delete": "a\x7fb",
    "with a control character of Latin-1": "a\x85b",
    "of a control character": "\x01",
}


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_a_name_that_is_not_allowed_is_refused(alice: User, name: str) -> None:
    assert "name" in check_problem(alice.create(name), 422, "invalid")


SAME = {
    "the same": ("general", "general"),
    "in another case": ("general", "GENERAL"),
    "with blanks around": ("general", " general "),
    "composed and not": (COMPOSED, DECOMPOSED),
    "composed and not, in another case": (COMPOSED, DECOMPOSED.upper()),
    "in a case of two letters": ("straße", "STRASSE"),
    "in a case of Greek": ("ΣΑΣ", "σας"),
}


@pytest.mark.parametrize(("first", "second"), SAME.values(), ids=SAME)
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


@pytest.mark.parametrize(("one", "other"), [("general", "general2"), ("cafe", "café"), ("a", "а")])
def test_names_that_only_look_alike_are_two(alice: User, one: str, other: str) -> None:
    assert created(alice.create(one))["id"] != created(alice.create(other))["id"]


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


@pytest.mark.parametrize(
    "description", ["", " ", "d" * 2_000, "😀" * 2_000, "two\nlines\tand\x01", "e\u0301"]
)
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
