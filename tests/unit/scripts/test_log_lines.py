"""The two forms of a line of the log: the same fields in both, and no text that ends a line."""

import json
import logging
import sys
from typing import Any

import pytest

from scripts.service.log_formats import JsonLines, TextLines
from transport.access_log import FIELDS
from transport.correlation import name_request

NASTY = {
    "a line feed": "a\n2026-01-31 10:28:19,123 CRITICAL b [-] c",
    "a carriage return": "a\rb",
    "all that Python ends a line at": "a\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029b",
    "a terminal's commands": "\x1b[2J\x9b31m",
    "an override of direction": "a\u202eb",
    "NUL and DEL": "\x00\x7f",
    "half a surrogate pair": "\ud800",
}


def record(message: str, *arguments: object, **more: Any) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "a.name", "levelname": "INFO", "msg": message, "args": arguments, **more}
    )
    name_request(made)
    return made


@pytest.mark.parametrize("worker", [None, "w1"])
def test_text_is_a_line_as_people_read_it(worker: str | None) -> None:
    line = TextLines(worker).format(record("it is %s", "so", **{FIELDS: {"a.b": 1, "c": "d e"}}))
    time, _, rest = line.partition(",")
    assert len(time) == len("2026-01-31 10:28:19")
    which = f"[{worker}] " if worker else ""
    assert rest[3:] == f' {which}INFO a.name [-] it is so a.b=1 c="d e"'


def test_json_has_the_same_fields_by_the_names_of_the_schema() -> None:
    made = record("it is %s", "so", created=1_769_855_299.1239, **{FIELDS: {"a.b": 1, "c": "d e"}})
    made.correlation_id = "request-1"
    assert json.loads(JsonLines("w1").format(made)) == {
        "@timestamp": "2026-01-31T10:28:19.123Z",
        "log.level": "info",
        "message": "it is so",
        "ecs.version": "8.17.0",
        "log.logger": "a.name",
        "service.name": "kanal",
        "service.node.name": "w1",
        "http.request.id": "request-1",
        "a.b": 1,
        "c": "d e",
    }


def test_outside_a_request_json_names_none() -> None:
    assert "http.request.id" not in json.loads(JsonLines().format(record("so")))


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_ends_a_line(text: str) -> None:
    made = record("of %s", text, name=text, **{FIELDS: {"user.id": text}})
    for form in (TextLines(), JsonLines()):
        line = form.format(made)
        assert len(line.splitlines()) == 1
        assert line.isprintable()
    members = json.loads(JsonLines().format(made))
    assert (members["message"], members["user.id"]) == (f"of {text}", text)


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_error_looks_like_a_line_of_the_log(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        made = record("it failed", exc_info=sys.exc_info())
    first, *traceback = TextLines().format(made).splitlines()
    assert first.endswith(" it failed")
    assert traceback[0] == "  Traceback (most recent call last):"
    for line in traceback:
        assert line.startswith("  ")
        assert line.isprintable()
    made.exc_text = None
    line = JsonLines().format(made)
    assert line.isprintable()
    members = json.loads(line)
    assert (members["error.type"], members["error.message"]) == ("ValueError", text)
    assert members["error.stack_trace"].startswith("Traceback")


def test_a_value_of_text_cannot_be_taken_for_another_field() -> None:
    line = TextLines().format(record("so", **{FIELDS: {"user.id": 'alice" event.action=x'}}))
    assert line.endswith(r' so user.id="alice\" event.action=x"')


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("9f86d081884c7d65-1", "9f86d081884c7d65-1"),
        ("1] GET / 200 user.id=admin [x", '"1] GET / 200 user.id=admin [x"'),
        ("]", '"]"'),
        ("a=b", '"a=b"'),
        ('"', r'"\""'),
    ],
)
def test_a_request_cannot_be_named_so_that_it_is_taken_for_more_of_the_line(
    given: str, written: str
) -> None:
    made = record("so")
    made.correlation_id = given
    assert TextLines().format(made).endswith(f" a.name [{written}] so")
    assert json.loads(JsonLines().format(made))["http.request.id"] == given
