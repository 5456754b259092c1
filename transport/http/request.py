"""HTTP requests, read: which versions they accept, what a query or a path names."""

import re
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from sanic.request import Request

from domain.errors import Invalid
from transport.errors import Malformed, UnsupportedMedia
from transport.schemas.decoding import decode_body
from transport.schemas.fields import CURSOR_PATTERN

MAX_PAGE = 200
"""Entries of a list page."""

DEFAULT_PAGE = 50
"""Entries of a list page where the request names no limit."""

MAX_NUMBER = 2**63 - 1
"""The largest position: Postgres' bigint."""

T = TypeVar("T")


def body_of(request: Request, kind: type[T]) -> T:
    """The struct that the JSON body holds. Raises UnsupportedMedia, Malformed, Invalid."""
    media_type, _, _ = request.headers.get("Content-Type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMedia("the body must be application/json")
    return decode_body(request.body, kind)


def accepted_versions(request: Request) -> frozenset[int] | None:
    """The versions that `If-Match` names (RFC 9110, 13.1.1); None where any will do.

    A weak tag, or one that is no version, matches nothing. Raises Malformed.
    """
    if "If-Match" not in request.headers:
        return None
    text = ",".join(request.headers.getall("If-Match")).strip()
    if text == "*":
        return None
    tags = _ENTITY_TAG.findall(text)
    # A tag may hold a comma, and a list empty elements (5.6.1.2).
    elements = {element.strip() for element in _ENTITY_TAG.sub('""', text).split(",")}
    if not tags or not elements <= {"", '""'}:
        raise Malformed('If-Match must be * or a list of ETags, such as "3"')
    return frozenset(int(tag.strip('"')) for tag in tags if _VERSION.fullmatch(tag))


def argument(request: Request, name: str) -> str | None:
    """The value of a query argument, which may be empty; None where there is none."""
    text: str | None = request.get_args(keep_blank_values=True).get(name)
    return text


def whole_number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """A query argument that is a number from `least` to `most`. Raises Invalid."""
    text = argument(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise Invalid(f"{name} must be a whole number from {least} to {most}")
    return int(text)


def page_size(request: Request) -> int:
    """How many entries the list page may have: the query argument `limit`. Raises Invalid."""
    return whole_number(request, "limit", default=DEFAULT_PAGE, least=1, most=MAX_PAGE)


def encode_cursor(place: int) -> str:
    """The cursor of the list page that begins beyond a place in the list."""
    return f"{place:016x}"


def decode_cursor(request: Request) -> int:
    """The place that the query argument `after` names; 0 without one. Raises Invalid."""
    cursor = argument(request, "after")
    if cursor is None:
        return 0
    if not re.fullmatch(CURSOR_PATTERN, cursor):
        raise Invalid("after must be a cursor that a list answered as 'next'")
    return int(cursor, 16)


def check_path(request: Request) -> None:
    """Refuse a path that is not UTF-8: Sanic reads it as another one. Raises Malformed."""
    try:
        unquote_to_bytes(request.path).decode()
    except UnicodeDecodeError:
        raise Malformed("the path must be UTF-8, percent-encoded") from None


_ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\U0010ffff]*"')
_VERSION = re.compile(r'"[1-9][0-9]{0,18}"')
