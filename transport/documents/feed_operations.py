"""The feed as operations of the OpenAPI document."""

import msgspec

from domain.errors import Invalid
from domain.identifiers import MAX_ID_LENGTH
from projections.feed.events import FeedPage
from projections.feed.reader import TYPES
from transport.documents.openapi_parts import Document, answer, header, number, refusals
from transport.errors import PositionGone
from transport.http.feed.messages import StreamEnd
from transport.http.feed.pages import DEFAULT_EVENTS, MAX_EVENTS
from transport.schemas.fields import IDENTIFIER_PATTERN
from transport.schemas.places import PLACE_PATTERN

FEED_ANSWERS: tuple[type[msgspec.Struct], ...] = (FeedPage, StreamEnd)


def feed_operations() -> dict[str, Document]:
    """The operation of each path."""
    return {"/log": _page(), "/log/stream": _stream()}


def _page() -> Document:
    return {
        "operationId": "readFeed",
        "summary": "A page of the feed: public events, in the order of the log",
        "parameters": [
            *_PLACE,
            number("limit", {"minimum": 1, "maximum": MAX_EVENTS}, DEFAULT_EVENTS),
            *_FILTERS,
        ],
        "responses": {
            "200": answer("A page", "FeedPage", ["Cache-Control", "Vary"]),
            **refusals(Invalid.code, PositionGone.code),
        },
    }


def _stream() -> Document:
    return {
        "operationId": "streamFeed",
        "summary": "The feed as server-sent events, which goes on",
        "description": "The data of a message is a public event, its id the place to go on from."
        " The event `end` is the last one; its data is a StreamEnd.",
        "parameters": [
            *_PLACE,
            *_FILTERS,
            header("Last-Event-ID", "the id of the last message that was read", _PLACE_SCHEMA),
        ],
        "responses": {
            "200": {
                **answer("The stream", "StreamEnd", ["Cache-Control"]),
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **refusals(Invalid.code, PositionGone.code),
        },
    }


def _text(name: str, description: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


_PLACE_SCHEMA: Document = {"pattern": PLACE_PATTERN}
_PLACE = [
    _text(
        "after",
        "only what lies beyond this position, or beyond the event with this id; missing: all",
        _PLACE_SCHEMA,
    ),
    _text(
        "log", "the log that the position belongs to, where `after` is no id; missing: this one", {}
    ),
]
_FILTERS = [
    _text(
        "workspace",
        "of this one alone; missing: all that the token names, or with the scope"
        " kanal:read-log all there are",
        {"minLength": 1, "maxLength": MAX_ID_LENGTH, "pattern": IDENTIFIER_PATTERN},
    ),
    _text("type", "of this type alone", {"enum": list(TYPES)}),
]
