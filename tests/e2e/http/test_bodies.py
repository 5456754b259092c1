"""The body of a creation: each way it can be wrong, and that nothing comes of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.http import User, check_problem, created

pytestmark = pytest.mark.usefixtures("the_service_stays_well", "nothing_comes_of_it")

DEEP = 10_000


@pytest.fixture
def nothing_comes_of_it(alice: User) -> Iterator[None]:
    """After the test the workspace has the one channel that is created now."""
    yield
    channel = created(alice.create("first"))
    assert alice.list(minPosition=channel["position"]).json()["channels"] == [channel]


NOT_JSON = {
    "nothing": b"",
    "blanks": b" \n",
    "text": b"general",
    "half an object": b'{"name": "a"',
    "an object and more": b'{"name": "a"} {"name": "b"}',
    "a trailing comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "a comment": b'{"name": "a"} // a',
    "NaN": b'{"name": NaN}',
    "a form": b"name=a",
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "a value that is not UTF-8": b'{"name": "\xff"}',
    "a key that is not UTF-8": b'{"\xff": "a"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"name": "\ud800"}',
    "a lone surrogate in a description": rb'{"name": "a", "description": "\udfff"}',
    "a lone surrogate as a key": rb'{"name": "a", "\ud800": 1}',
    "a control character as it is": b'{"name": "a\x01"}',
    "an unknown escape": rb'{"name": "\x41"}',
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_is_refused(alice: User, body: bytes) -> None:
    check_problem(alice.post(body), 400, "malformed")


LISTS = "[" * DEEP + "]" * DEEP
OBJECTS = '{"a":' * DEEP + "1" + "}" * DEEP
NOT_A_CREATION = {
    "null": "null",
    "a list": "[]",
    "a list of one": '[{"name": "a"}]',
    "a number": "7",
    "text": '"general"',
    "true": "true",
    "no name": "{}",
    "a name in another case": '{"Name": "a"}',
    "a field that is unknown": '{"name": "a", "creatorId": "bob"}',
    "a field in another case": '{"name": "a", "is_private": true}',
    "a field with a name of 100,000 characters": json.dumps({"name": "a", "x" * 100_000: 1}),
    "the workspace": '{"name": "a", "workspaceId": "another"}',
    "two names, the last a number": '{"name": "a", "name": 7}',
    "a name of 1e999": '{"name": 1e999}',
    "a name of 5,000 digits": json.dumps({"name": "a"}).replace('"a"', "1" * 5_000),
    "10,000 lists": LISTS,
    "10,000 lists without an end": "[" * DEEP,
    "a name of 10,000 lists": f'{{"name": {LISTS}}}',
    "an unknown field of 10,000 lists": f'{{"name": "a", "x": {LISTS}}}',
    "an unknown field of 10,000 objects": f'{{"name": "a", "x": {OBJECTS}}}',
}


@pytest.mark.parametrize("body", NOT_A_CREATION.values(), ids=NOT_A_CREATION)
def test_json_that_is_not_a_creation_is_refused(alice: User, body: str) -> None:
    check_problem(alice.post(body), 422, "invalid")


WRONG: dict[str, list[Any]] = {
    "name": [None, 7, 0, True, [], ["a"], {}],
    "description": [7, 0, False, [], {}],
    "isPrivate": [None, 0, 1, "true", "", [], {}],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
def test_a_value_of_a_wrong_type_is_refused_by_name(alice: User, field: str, value: Any) -> None:
    response = alice.post(json.dumps({"name": "a", field: value}))
    assert f"$.{field}" in check_problem(response, 422, "invalid")


DESCRIPTIONS = {
    "too long": "d" * 2_001,
    "too long, beyond the basic plane": "😀" * 2_001,
    "of 500,000 characters": "d" * 500_000,
    "with NUL": "a\x00b",
}


@pytest.mark.parametrize("description", DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_a_description_that_is_not_allowed_is_refused(alice: User, description: str) -> None:
    detail = check_problem(alice.create("a", description=description), 422, "invalid")
    assert "description" in detail


MEDIA_TYPES = {
    "none": None,
    "empty": "",
    "text": "text/plain",
    "a form": "application/x-www-form-urlencoded",
    "another JSON": "application/problem+json",
    "two": "application/json, text/plain",
    "half": "application/",
    "beyond ASCII": "☃".encode(),
}


@pytest.mark.parametrize("media_type", MEDIA_TYPES.values(), ids=MEDIA_TYPES)
def test_a_body_that_is_not_called_json_is_refused(
    alice: User, media_type: str | bytes | None
) -> None:
    response = alice.post('{"name": "a"}', **{"Content-Type": media_type})
    check_problem(response, 415, "unsupported_media_type")


def test_a_body_of_10_mb_is_refused(alice: User) -> None:
    check_problem(alice.post(b" " * 10_000_000), 413, "too_large")
    name = "a" * 1_000_000
    check_problem(alice.create(name), 413, "too_large")
    check_problem(alice.create(name[:900_000]), 422, "invalid")
