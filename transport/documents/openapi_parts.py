"""What an operation of the OpenAPI document is made of: parameters, bodies, answers, refusals."""

from typing import Any

from domain.identifiers import MAX_ID_LENGTH
from transport.errors import CODES
from transport.http.request import DEFAULT_PAGE, MAX_NUMBER, MAX_PAGE
from transport.schemas.fields import CURSOR_PATTERN, IDENTIFIER_PATTERN

Document = dict[str, Any]

_REFUSALS = {
    400: "malformed: the body is not JSON, or a header is not as it must be",
    401: "no token, a bad one, one that has expired, or what it granted was taken back",
    403: "the token does not allow it",
    404: "unknown, or not visible to the caller",
    409: "conflict: the name is taken, somebody else has just changed the same, the channel is"
    " public and has no members, it would be left without an admin, the workspace has as many"
    " channels as it may have, there are as many webhooks, or a replay of the read model is"
    " running",
    410: "what was read up to this position is no part of the log: it was rewound, or is another",
    412: "the channel is at another version than If-Match says; nothing is changed",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "a value is not allowed, or an idempotency key was used for a different request",
    429: "too many commands of this user, or too many bad tokens from this address",
    503: "the database is away, the list has not come that far, or the channel has an event that"
    " this version cannot read; see Retry-After",
}

_ALWAYS = (
    "token_missing", "token_invalid", "token_expired", "access_revoked", "forbidden",
    "rate_limited", "unavailable",
)  # fmt: skip

_REFUSAL_HEADERS = {
    401: ["WWW-Authenticate"],
    429: ["Retry-After", "RateLimit-Policy", "RateLimit"],
    503: ["Retry-After"],
}


def json_content(schema: str, media_type: str = "application/json") -> Document:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def body(schema: str, *, required: bool = True) -> Document:
    return {"required": required, "content": json_content(schema)}


def answer(description: str, schema: str, headers: list[str] | None = None) -> Document:
    return {
        "description": description,
        "headers": _headers(*(headers or [])),
        "content": json_content(schema),
    }


def _headers(*names: str) -> Document:
    return {
        name: {"required": True, "schema": {"type": "string"}} for name in (*names, "X-Request-ID")
    }


def refusals(*codes: str) -> Document:
    """What an operation that needs a token can be refused with, by status: for what all can be, and
    with some codes of its own."""
    given = {*_ALWAYS, *codes}
    by_status = {
        status: [code for code in known if code in given]
        for status, known in sorted(CODES.items())
        if given.intersection(known)
    }
    return {
        str(status): {
            "description": _REFUSALS[status],
            "headers": _headers(*_REFUSAL_HEADERS.get(status, [])),
            "content": {"application/problem+json": {"schema": _problem(found)}},
        }
        for status, found in by_status.items()
    }


def _problem(codes: list[str]) -> Document:
    """A problem with one of some codes."""
    return {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "type": "object",
        "properties": {"code": {"type": "string", "enum": codes}},
        "required": ["code"],
    }


def with_heads(paths: Document) -> Document:
    """The paths, with a HEAD beside each GET (RFC 9110, 9.3.2): the same without a body."""
    return {
        path: {**item, "head": _head(item["get"])} if "get" in item else item
        for path, item in paths.items()
    }


def _head(get: Document) -> Document:
    responses = {
        status: {name: part for name, part in response.items() if name != "content"}
        for status, response in get["responses"].items()
    }
    return {
        **get,
        "operationId": f"{get['operationId']}-head",
        "summary": "The same as GET, without a body",
        "responses": responses,
    }


def path_parameter(name: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, **schema},
    }


def number(name: str, schema: Document, default: int) -> Document:
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "integer", **schema, "default": default},
    }


def header(name: str, description: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string", **schema},
    }


PATH_PARAMETERS = {
    "workspaceId": path_parameter("workspaceId", {"maxLength": MAX_ID_LENGTH}),
    "channelId": path_parameter("channelId", {"format": "uuid"}),
    "position": {
        **path_parameter("position", {}),
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_NUMBER},
    },
    "connectionId": path_parameter("connectionId", {}),
    "projection": path_parameter("projection", {}),
    "webhookId": path_parameter("webhookId", {"format": "uuid"}),
    "userId": path_parameter("userId", {"maxLength": MAX_ID_LENGTH, "pattern": IDENTIFIER_PATTERN}),
}
LIMIT = number("limit", {"minimum": 1, "maximum": MAX_PAGE}, DEFAULT_PAGE)
CURSOR = {
    "name": "after",
    "in": "query",
    "description": "the `next` of the page before",
    "schema": {"type": "string", "pattern": CURSOR_PATTERN},
}
IF_MATCH = header(
    "If-Match",
    "the ETags of the versions that the command is meant for, or *",
    {"pattern": r'^(\*|"[1-9][0-9]{0,17}")$'},
)
