"""Decoding: what does not fit is refused in the words of who has sent it, which is JSON."""

from typing import Any

import msgspec
import pytest

from domain.errors import Invalid
from transport.schemas.commands import CreateChannelBody, UpdateChannelEvent
from transport.schemas.decoding import convert_data, decode_body

BODIES: dict[str, tuple[Any, str]] = {
    "a list": ([], "Expected `object`, got `array`"),
    "a number": (1.5, "Expected `object`, got `number`"),
    "no name": ({}, "Object missing required field `name`"),
    "a name that is a number": ({"name": 1}, "Expected `string`, got `integer` - at `$.name`"),
    "a name that is a list": ({"name": []}, "Expected `string`, got `array` - at `$.name`"),
    "a name that is true": ({"name": True}, "Expected `string`, got `boolean` - at `$.name`"),
    "a description that is a fraction": (
        {"name": "x", "description": 0.5},
        "Expected `string | null`, got `number` - at `$.description`",
    ),
    "a flag that is a text": (
        {"name": "x", "isPrivate": "yes"},
        "Expected `boolean`, got `string` - at `$.isPrivate`",
    ),
    "a field that is called as a type of Python": (
        {"name": "x", "int": 1},
        "Object contains unknown field `int`",
    ),
    "a field whose name looks like a refusal": (
        {"name": "x", "Expected `str`": 1},
        "Object contains unknown field `Expected `str``",
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_is_refused_in_the_words_of_json(what: str) -> None:
    body, words = BODIES[what]
    with pytest.raises(Invalid) as refused:
        decode_body(msgspec.json.encode(body), CreateChannelBody)
    assert str(refused.value) == words


EVENT = {"workspaceId": "demo", "channelId": "c"}

EVENTS: dict[str, tuple[dict[str, Any], str]] = {
    "a version that is a text": (
        {"version": "1"},
        "Expected `integer | null`, got `string` - at `$.version`",
    ),
    "a version that is too small": ({"version": 0}, "Expected `integer` >= 1 - at `$.version`"),
    "a transaction that is too long": (
        {"transaction": "x" * 129},
        "Expected `string` of length <= 128 - at `$.transaction`",
    ),
    "a name that is binary": ({"name": b"x"}, "Expected `string`, got `binary` - at `$.name`"),
}


@pytest.mark.parametrize("what", EVENTS)
def test_the_data_of_an_event_is_refused_in_the_same_words(what: str) -> None:
    more, words = EVENTS[what]
    with pytest.raises(Invalid) as refused:
        convert_data(EVENT | more, UpdateChannelEvent)
    assert str(refused.value) == words
