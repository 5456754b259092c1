"""The HTTP API as OpenAPI 3.1, made of the structs that also validate."""

from importlib.metadata import version

import msgspec

from domain.identifiers import MAX_IDEMPOTENCY_KEY_LENGTH
from projections.representations import (
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
)
from transport.documents.front_page import FrontPage
from transport.documents.openapi_parts import (
    CHANNEL,
    CURSOR,
    IDENTIFIER,
    IF_MATCH,
    LIMIT,
    WORKSPACE,
    Document,
    answer,
    body,
    header,
    json_content,
    number,
    path_parameter,
    refusals,
    with_heads,
)
from transport.errors import Problem
from transport.http.channels import MAX_WAIT
from transport.http.request import MAX_NUMBER
from transport.schemas.answers import (
    ChannelPageBody,
    Health,
    HistoryPageBody,
    MemberPageBody,
)
from transport.schemas.commands import CreateChannelBody, MemberBody, UpdateChannelBody


def openapi() -> Document:
    """The document, as `/openapi.json` answers it."""
    _, schemas = msgspec.json.schema_components(
        (
            ChannelModel,
            ChannelPageBody,
            CreateChannelBody,
            FormerMemberModel,
            FrontPage,
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
        "paths": with_heads(
            {
                "/": {"get": _front_page()},
                channels: _channels(),
                f"{channels}/{{channelId}}": _channel(),
                f"{channels}/{{channelId}}/members": _members(),
                f"{channels}/{{channelId}}/members/{{userId}}": _member(),
                f"{channels}/{{channelId}}/history": _history(),
                "/health/live": {"get": _health("live", "The process answers")},
                "/health/ready": {"get": _health("ready", "The service can serve")},
            }
        ),
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _channels() -> Document:
    position = {"minimum": 0, "maximum": MAX_NUMBER}
    least = number("minPosition", position, 0)
    return {
        "parameters": [WORKSPACE],
        "post": {
            "operationId": "createChannel",
            "summary": "Create a channel",
            "parameters": [
                header(
                    "Idempotency-Key",
                    "the same key by the same user answers the first channel again",
                    {"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH},
                )
            ],
            "requestBody": body("CreateChannelBody"),
            "responses": {
                "201": answer(
                    "Created; also for the first use of an idempotency key",
                    "ChannelModel",
                    ["ETag", "Location"],
                ),
                "200": answer(
                    "The channel that this idempotency key has created before",
                    "ChannelModel",
                    ["ETag", "Location"],
                ),
                **refusals(400, 401, 403, 409, 413, 415, 422, 503),
            },
        },
        "get": {
            "operationId": "listChannels",
            "summary": "The channels that the caller may see, oldest first",
            "parameters": [
                LIMIT,
                CURSOR,
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
                "200": answer("A page", "ChannelPageBody", ["X-Log-ID"]),
                **refusals(401, 403, 422, 503),
            },
        },
    }


def _channel() -> Document:
    return {
        "parameters": [WORKSPACE, CHANNEL],
        "get": {
            "operationId": "getChannel",
            "summary": "A channel, consistent with the log at once",
            "responses": {
                "200": answer("The channel", "ChannelModel", ["ETag"]),
                **refusals(401, 403, 404, 503),
            },
        },
        "patch": {
            "operationId": "updateChannel",
            "summary": "Set some of a channel's fields; its creator, its admins, and the"
            " workspace's admins and moderators may",
            "parameters": [IF_MATCH],
            "requestBody": body("UpdateChannelBody"),
            "responses": {
                "200": answer("The channel as it is now", "ChannelModel", ["ETag"]),
                **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
            },
        },
        "delete": {
            "operationId": "deleteChannel",
            "summary": "End a channel: its name becomes free; the same people may",
            "parameters": [IF_MATCH],
            "responses": {
                "200": answer("It is no more", "GoneModel"),
                **refusals(400, 401, 403, 404, 409, 412, 503),
            },
        },
    }


def _members() -> Document:
    return {
        "parameters": [WORKSPACE, CHANNEL],
        "get": {
            "operationId": "listMembers",
            "summary": "The members of a private channel, in the order of their ids",
            "parameters": [
                LIMIT,
                {
                    "name": "after",
                    "in": "query",
                    "description": "the `next` of the page before",
                    "schema": {"type": "string"},
                },
            ],
            "responses": {
                "200": answer("A page", "MemberPageBody"),
                **refusals(401, 403, 404, 422, 503),
            },
        },
    }


def _member() -> Document:
    return {
        "parameters": [WORKSPACE, CHANNEL, path_parameter("userId", IDENTIFIER)],
        "put": {
            "operationId": "addMember",
            "summary": "Let a user into a private channel, or change their role there; its"
            " creator, its admins, and the workspace's admins and moderators may",
            "parameters": [IF_MATCH],
            "requestBody": body("MemberBody", required=False),
            "responses": {
                "200": answer("The member", "MemberModel"),
                **refusals(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
            },
        },
        "delete": {
            "operationId": "removeMember",
            "summary": "Take a user out of a private channel; the same people may, and the user"
            " themselves",
            "parameters": [IF_MATCH],
            "responses": {
                "200": answer("They are no member", "FormerMemberModel"),
                **refusals(400, 401, 403, 404, 409, 412, 422, 503),
            },
        },
    }


def _history() -> Document:
    return {
        "parameters": [WORKSPACE, CHANNEL],
        "get": {
            "operationId": "channelHistory",
            "summary": "What happened to a channel: when, who, and what changed",
            "parameters": [LIMIT, CURSOR],
            "responses": {
                "200": answer("A page", "HistoryPageBody"),
                **refusals(401, 403, 404, 422, 503),
            },
        },
    }


def _front_page() -> Document:
    return {
        "operationId": "frontPage",
        "summary": "What this is, and where to go on; as a page for a browser",
        "security": [],
        "responses": {
            "200": {
                **answer("What this is", "FrontPage", ["Vary"]),
                "content": {
                    **json_content("FrontPage"),
                    "text/html": {"schema": {"type": "string"}},
                },
            }
        },
    }


def _health(name: str, description: str) -> Document:
    responses: Document = {"200": {"description": description, "content": json_content("Health")}}
    if name == "ready":
        responses["503"] = {
            "description": "It names what is missing",
            "content": json_content("Health"),
        }
    return {"operationId": f"health-{name}", "security": [], "responses": responses}
