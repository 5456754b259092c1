"""The two forms of a line of the log. The names of its fields are those of the Elastic Common
Schema, which has one for each part of a line (docs/decisions/0045-log-lines.md)."""

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from transport.access_log import FIELDS
from transport.correlation import NO_REQUEST

ECS_VERSION = "8.17.0"

Fields = Mapping[str, str | int | float | bool]

_WORD = re.compile(r"[^\s\"=\\]+")
_NAME = re.compile(r"[^\s\"=\\\[\]]+")
"""A word that may stand in brackets."""


class TextLines(logging.Formatter):
    """Lines such as `2026-01-31 10:28:19,123 [w1] INFO domain.commands [request] text name=value`.
    The request is in quotes where a client gave it a name that could be taken for more of the line.
    A traceback follows in lines of its own, which are indented as no line of the log is."""

    def __init__(self, worker: str | None = None) -> None:
        super().__init__()
        self._which = f"[{worker}] " if worker else ""
        self._second, self._written_second = 0, ""

    def usesTime(self) -> bool:
        return False  # `formatMessage` writes it

    def formatMessage(self, record: logging.LogRecord) -> str:
        request = _written(getattr(record, "correlation_id", NO_REQUEST), _NAME)
        line = (
            f"{self._time(record)} {self._which}{record.levelname} {record.name}"
            f" [{request}] {record.message}"
        )
        fields = "".join(f" {name}={_written(value)}" for name, value in _fields(record).items())
        return escaped(line) + fields

    def _time(self, record: logging.LogRecord) -> str:
        second = int(record.created)
        if second != self._second:  # to write it takes longer than the rest of a line
            self._written_second = time.strftime(self.default_time_format, time.localtime(second))
            self._second = second
        return f"{self._written_second},{int(record.msecs):03d}"

    def formatException(self, ei: Any) -> str:
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(stack_info)


class JsonLines(logging.Formatter):
    """A JSON object a line. It is in ASCII, whatever encoding the stream has, so that nothing in it
    looks like the end of a line to anybody."""

    def __init__(self, worker: str | None = None) -> None:
        super().__init__()
        self._node = {"service.node.name": worker} if worker else {}

    def format(self, record: logging.LogRecord) -> str:
        return _in_ascii(dict(self._members(record)))

    def _members(self, record: logging.LogRecord) -> Iterator[tuple[str, object]]:
        yield "@timestamp", _rfc3339(record.created)
        yield "log.level", record.levelname.lower()
        yield "message", record.getMessage()
        yield "ecs.version", ECS_VERSION
        yield "log.logger", record.name
        yield "service.name", "kanal"
        yield from self._node.items()
        request_id = getattr(record, "correlation_id", NO_REQUEST)
        if request_id != NO_REQUEST:
            yield "http.request.id", request_id
        yield from _fields(record).items()
        if record.exc_info and record.exc_info[0] is not None:
            yield "error.type", record.exc_info[0].__name__
            yield "error.message", str(record.exc_info[1])
            yield "error.stack_trace", super().formatException(record.exc_info)


def _in_ascii(members: dict[str, object]) -> str:
    with suppress(TypeError, UnicodeEncodeError):
        encoded = msgspec.json.encode(members)
        if encoded.isascii() and b"\x7f" not in encoded:
            return encoded.decode()
    return _encode_escaped(members)


def escaped(text: str) -> str:
    """The text with what ends a line, commands a terminal or turns the writing around as Python
    writes it in a string."""
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _written(value: object, word: re.Pattern[str] = _WORD) -> str:
    """A value of a field: in quotes where it would not be read as one word."""
    if isinstance(value, bool):
        return str(value).lower()
    text = escaped(str(value))
    return text if word.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _indented(text: str) -> str:
    return "\n".join(f"  {escaped(line)}" for line in text.split("\n"))


def _fields(record: logging.LogRecord) -> Fields:
    fields: Fields = getattr(record, FIELDS, {})
    return fields


def _rfc3339(seconds: float) -> str:
    milliseconds = int(seconds * 1000) % 1000
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z"


_UNSAFE = re.compile(
    # C0, DEL and C1; line and paragraph separators; marks and overrides of direction; surrogates.
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_encode_escaped = json.JSONEncoder(default=str, separators=(",", ":")).encode
"""Slower, and takes whatever there is: half a surrogate pair, which a client can send."""
