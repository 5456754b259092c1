"""Decoding: a request's JSON body, or the data of a socket event, to the struct that it must be.

What does not fit is refused here, as msgspec says it: `Object missing required field `name``. Only
its types are called as JSON calls them: `Expected `string`, got `integer` - at `$.name``.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

import msgspec

from domain.errors import Invalid
from domain.identifiers import has_lone_surrogate
from transport.errors import Malformed
from transport.schemas.fields import Transaction


class EventData(Protocol):
    """What the data of every event of a client holds."""

    @property
    def transaction(self) -> str | None: ...


Body = TypeVar("Body")
Data = TypeVar("Data", bound=EventData)


def decode_body(body: bytes, kind: type[Body]) -> Body:
    """The struct that a JSON body holds. Raises Malformed where it is no JSON, Invalid."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(in_words_of_json(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from None


def convert_data(data: Any, kind: type[Data]) -> Data:
    """The struct that the data of a socket event holds. Raises Malformed, Invalid."""
    if not isinstance(data, dict):
        raise Malformed("the event's data must be an object")
    try:
        converted = msgspec.convert(data, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(in_words_of_json(error)) from None
    except RecursionError:
        raise Malformed("the event's data is nested too deeply") from None
    except UnicodeEncodeError:
        raise Malformed("the event's data has a lone surrogate in a field's name") from None
    if converted.transaction is not None and not _can_name_an_event(converted.transaction):
        raise Invalid("transaction must not contain a lone surrogate")
    return converted


JSON_WORDS: Mapping[str, str] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "bytes": "binary",  # what Socket.IO sends beside JSON
}
"""Those of JSON Schema, for the types that msgspec calls as Python does."""


def in_words_of_json(error: msgspec.ValidationError) -> str:
    """What msgspec has against a value, for somebody who has sent JSON."""
    text = str(error)
    if not text.startswith("Expected `"):
        return text  # it may quote the name of a field, which stays as it is
    said, at, place = text.partition(" - at `")
    types = re.sub(r"`[^`]*`", lambda quoted: re.sub(r"\w+", _word, quoted[0]), said)
    return types + at + place


def _word(name: re.Match[str]) -> str:
    return JSON_WORDS.get(name[0], name[0])


def transaction_of(data: Any) -> str | None:
    """The transaction in the data of a socket event, whatever else is wrong with that; None where
    there is none that can name an error."""
    try:
        transaction = msgspec.convert(data["transaction"], type=Transaction)
    except (msgspec.ValidationError, TypeError, KeyError):
        return None
    return transaction if _can_name_an_event(transaction) else None


def _can_name_an_event(transaction: str) -> bool:
    """Whether the event that it names can be sent, which is in UTF-8."""
    return not has_lone_surrogate(transaction)
