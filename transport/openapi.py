"""The HTTP API as OpenAPI 3.1, made of the structs that also validate."""

from importlib.metadata import version
from typing import Any

import msgspec

from domain.identifiers import MAX_ID_LENGTH, MAX_IDEMPOTENCY_KEY_LENGTH
from projections.channel_model import (
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
)
from transport.channel_routes import MAX_WAIT
from transport.command_schemas import (
    IDENTIFIER_PATTERN,
    CreateChannelBody,
    MemberBody,
    UpdateChannelBody,
)
from transport.errors import Problem
from transport.requests import DEFAULT_PAGE, MAX_NUMBER, MAX_PAGE
from transport.schemas import (
    CURSOR_PATTERN,
    ChannelPageBody,
    Health,
    HistoryPageBody,
    MemberPageBody,
)

Document = dict[str, Any]

_REFUSALS = {
    400: "malformed: the body is not JSON, or a header is not as it must be",
    401: "no token, a bad one, or one that has expired",
    403: "the token does not allow it",
    404: "unknown, or not visible to the caller",
    409: "conflict: the name is taken, somebody else has just changed the same, the channel is"
    " public and has no members, or it would be left without an admin",
    412: "the channel is at another version than If-Match says; nothing is changed",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "a value is not allowed, or an idempotency key was used for a different request",
    503: "the database is away, the list has not come that far, or the channel has an event that"
    " this version cannot read; see Retry-After",
}

_REFUSAL_HEADERS = {401: ["WWW-Authenticate"], 503: ["Retry-After"]}


def openapi() -> Document:
    """The document, as `/openapi.json` answers it."""
    _, schemas = msgspec.json.schema_components(
        (
            ChannelModel,
            ChannelPageBody,
            CreateChannelBody,
            FormerMemberModel,
            GoneModel,
            Health,
            HistoryPageBody,
            MemberBody,
            MemberModel,
            MemberPageBody,
            Problem,
            UpdateChannelBody,
        ),
        ref_template="#/components/schemas/{name}",
    )
    channels = "/workspaces/{workspaceId}/channels"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kanal",
            "version": version("kanal"),
            "description": "Commands and queries. What happens is told over Socket.IO:"
            " see /asyncapi.json. Every answer carries X-Request-ID: the request's own, where it"
            " sent one, and the events that it caused say it too.",
        },
        "security": [{"token": []}],
        "paths": {
            channels: _channels(),
            f"{channels}/{{channelId}}": _channel(),
            f"{channels}/{{channelId}}/members": _members(),
            f"{channels}/{{channelId}}/members/{{userId}}": _member(),
            f"{channels}/{{channelId}}/history": _history(),
            "/health/live": {"get": _health("live", "The process answers")},
            "/health/ready": {"get": _health("ready", "The service can serve")},
        },
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _channels() -> Document:
    position = {"minimum": 0, "maximum": MAX_NUMBER}
    least = _query("minPosition", position, 0)
    return {
        "parameters": [_WORKSPACE],
        "post": {
            "operationId": "createChannel",
            "summary": "Create a channel",
            "parameters": [
                _header(
                    "Idempotency-Key",
                    "the same key by the same user answers the first channel again",
                    {"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH},
                )
            ],
            "requestBody": _body("CreateChannelBody"),
            "responses": {
                "201": _answer(
                    "Created; also for the first use of an idempotency key",
                    "ChannelModel",
                    ["ETag", "Location"],
                ),
                "200": _answer(
                    "The channel that this idempotency key has created before",
                    "ChannelModel",
                    ["ETag", "Location"],
                ),
                **_refusals(400, 401, 403, 409, 413, 415, 422, 503),
            },
        },
        "get": {
            "operationId": "listChannels",
            "summary": "The channels that the caller may see, oldest first",
            "parameters": [
                _LIMIT,
                _CURSOR,
                {
                    **least,
                    "description": "wait until the list reflects the log up to here,"
                    f" at most {MAX_WAIT:g} seconds",
                },
                {
                    "name": "at",
                    "in": "query",
                    "description": "the list as it was at this position of the log, with the"
                    " channels that the caller could see then; not beyond the head, nor with"
                    " minPosition",
                    "schema": {"type": "integer", **position},
                },
            ],
            "responses": {
                "200": _answer("A page", "ChannelPageBody"),
                **_refusals(401, 403, 422, 503),
            },
        },
    }


def _channel() -> Document:
    return {
        "parameters": [_WORKSPACE, _CHANNEL],
        "get": {
            "operationId": "getChannel",
            "summary": "A channel, consistent with the log at once",
            "responses": {
                "200": _answer("The channel", "ChannelModel", ["ETag"]),
                **_refusals(401, 403, 404, 503),
            },
        },
        "patch": {
            "operationId": "updateChannel",
            "summary": "Set some of a channel's fields; its creator, its admins, and the"
            " workspace's admins and moderators may",
            "parameters": [_IF_MATCH],
            "requestBody": _body("UpdateChannelBody"),
            "responses": {
                "200": _answer("The channel as it is now", "ChannelModel", ["ETag"]),
                **_refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
            },
        },
        "delete": {
            "operationId": "deleteChannel",
            "summary": "End a channel: its name becomes free; the same people may",
            "parameters": [_IF_MATCH],
            "responses": {
                "200": _answer("It is no more", "GoneModel"),
                **_refusals(400, 401, 403, 404, 409, 412, 503),
            },
        },
    }


def _members() -> Document:
    return {
        "parameters": [_WORKSPACE, _CHANNEL],
        "get": {
            "operationId": "listMembers",
            "summary": "The members of a private channel, in the order of their ids",
            "parameters": [
                _LIMIT,
                {
                    "name": "after",
                    "in": "query",
                    "description": "the `next` of the page before",
                    "schema": {"type": "string"},
                },
            ],
            "responses": {
                "200": _answer("A page", "MemberPageBody"),
                **_refusals(401, 403, 404, 422, 503),
            },
        },
    }


def _member() -> Document:
    return {
        "parameters": [_WORKSPACE, _CHANNEL, _path("userId", _IDENTIFIER)],
        "put": {
            "operationId": "addMember",
            "summary": "Let a user into a private channel, or change their role there; its"
            " creator, its admins, and the workspace's admins and moderators may",
            "parameters": [_IF_MATCH],
            "requestBody": _body("MemberBody", required=False),
            "responses": {
                "200": _answer("The member", "MemberModel"),
                **_refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
            },
        },
        "delete": {
            "operationId": "removeMember",
            "summary": "Take a user out of a private channel; the same people may, and the user"
            " themselves",
            "parameters": [_IF_MATCH],
            "responses": {
                "200": _answer("They are no member", "FormerMemberModel"),
                **_refusals(400, 401, 403, 404, 409, 412, 422, 503),
            },
        },
    }


def _history() -> Document:
    return {
        "parameters": [_WORKSPACE, _CHANNEL],
        "get": {
            "operationId": "channelHistory",
            "summary": "What happened to a channel: when, who, and what changed",
            "parameters": [_LIMIT, _CURSOR],
            "responses": {
                "200": _answer("A page", "HistoryPageBody"),
                **_refusals(401, 403, 404, 422, 503),
            },
        },
    }


def _health(name: str, description: str) -> Document:
    responses: Document = {"200": {"description": description, "content": _json("Health")}}
    if name == "ready":
        responses["503"] = {"description": "It names what is missing", "content": _json("Health")}
    return {"operationId": f"health-{name}", "security": [], "responses": responses}


def _json(schema: str, media_type: str = "application/json") -> Document:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _body(schema: str, *, required: bool = True) -> Document:
    return {"required": required, "content": _json(schema)}


def _answer(description: str, schema: str, headers: list[str] | None = None) -> Document:
    return {
        "description": description,
        "headers": _headers(*(headers or [])),
        "content": _json(schema),
    }


def _headers(*names: str) -> Document:
    return {
        name: {"required": True, "schema": {"type": "string"}} for name in (*names, "X-Request-ID")
    }


def _refusals(*statuses: int) -> Document:
    return {
        str(status): {
            "description": _REFUSALS[status],
            "headers": _headers(*_REFUSAL_HEADERS.get(status, [])),
            "content": _json("Problem", "application/problem+json"),
        }
        for status in statuses
    }


def _path(name: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, **schema},
    }


def _query(name: str, schema: Document, default: int) -> Document:
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "integer", **schema, "default": default},
    }


def _header(name: str, description: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string", **schema},
    }


_IDENTIFIER = {"maxLength": MAX_ID_LENGTH, "pattern": IDENTIFIER_PATTERN}
_WORKSPACE = _path("workspaceId", {"maxLength": MAX_ID_LENGTH})
_CHANNEL = _path("channelId", {"format": "uuid"})
_LIMIT = _query("limit", {"minimum": 1, "maximum": MAX_PAGE}, DEFAULT_PAGE)
_CURSOR = {
    "name": "after",
    "in": "query",
    "description": "the `next` of the page before",
    "schema": {"type": "string", "pattern": CURSOR_PATTERN},
}
_IF_MATCH = _header(
    "If-Match",
    "the ETags of the versions that the command is meant for, or *",
    {"pattern": r'^(\*|"[1-9][0-9]{0,17}")$'},
)
