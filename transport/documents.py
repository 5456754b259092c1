"""The API documents: OpenAPI 3.1 and AsyncAPI 3.0, made of the structs that also validate."""

from importlib.metadata import version
from typing import Any

import msgspec

from domain.commands import MAX_IDEMPOTENCY_KEY_LENGTH
from domain.identifiers import MAX_ID_LENGTH
from projections.channel_model import ChannelModel
from transport.errors import Problem, SocketError
from transport.routes import DEFAULT_PAGE, MAX_PAGE, MAX_WAIT
from transport.schemas import (
    CURSOR_PATTERN,
    AuthEvent,
    AuthSuccess,
    ChannelAck,
    ChannelPageBody,
    CreateChannelBody,
    CreateChannelEvent,
    Health,
)

Document = dict[str, Any]

_REFUSALS = {
    400: "malformed: the body is not JSON",
    401: "no token, a bad one, or one that has expired",
    403: "the token does not allow it",
    404: "unknown, or not visible to the caller",
    409: "conflict: the name is taken",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "a value is not allowed, or an idempotency key was used for a different request",
    503: "the database is away, or the list has not come that far; see Retry-After",
}

_REFUSAL_HEADERS = {401: ["WWW-Authenticate"], 503: ["Retry-After"]}


def openapi() -> Document:
    """The HTTP API, as `/openapi.json` answers it."""
    schemas = _schemas(
        "#/components/schemas/{name}",
        ChannelModel,
        ChannelPageBody,
        CreateChannelBody,
        Health,
        Problem,
    )
    channels = "/workspaces/{workspaceId}/channels"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kanal",
            "version": version("kanal"),
            "description": "Commands and queries. What happens is told over Socket.IO:"
            " see /asyncapi.json.",
        },
        "security": [{"token": []}],
        "paths": {
            channels: {
                "parameters": [_path_parameter("workspaceId", {"maxLength": MAX_ID_LENGTH})],
                "post": {
                    "operationId": "createChannel",
                    "summary": "Create a channel",
                    "parameters": [_idempotency_key()],
                    "requestBody": {
                        "required": True,
                        "content": _json("CreateChannelBody"),
                    },
                    "responses": {
                        "201": _created("Created; also for the first use of an idempotency key"),
                        "200": _created("The channel that this idempotency key has created before"),
                        **_refusals(400, 401, 403, 409, 413, 415, 422, 503),
                    },
                },
                "get": {
                    "operationId": "listChannels",
                    "summary": "The channels that the caller may see, oldest first",
                    "parameters": [
                        _query("limit", {"minimum": 1, "maximum": MAX_PAGE}, DEFAULT_PAGE),
                        {
                            "name": "after",
                            "in": "query",
                            "description": "the `next` of the page before",
                            "schema": {"type": "string", "pattern": CURSOR_PATTERN},
                        },
                        {
                            **_query("minPosition", {"minimum": 0, "maximum": 2**63 - 1}, 0),
                            "description": "wait until the list reflects the log up to here,"
                            f" at most {MAX_WAIT:g} seconds",
                        },
                    ],
                    "responses": {
                        "200": {"description": "A page", "content": _json("ChannelPageBody")},
                        **_refusals(401, 403, 422, 503),
                    },
                },
            },
            f"{channels}/{{channelId}}": {
                "parameters": [
                    _path_parameter("workspaceId", {"maxLength": MAX_ID_LENGTH}),
                    _path_parameter("channelId", {"format": "uuid"}),
                ],
                "get": {
                    "operationId": "getChannel",
                    "summary": "A channel, consistent with the log at once",
                    "responses": {
                        "200": _channel("The channel", ["ETag"]),
                        **_refusals(401, 403, 404, 503),
                    },
                },
            },
            "/health/live": {"get": _health("live", "The process answers")},
            "/health/ready": {"get": _health("ready", "The service can serve")},
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def asyncapi() -> Document:
    """The sockets' API, as `/asyncapi.json` answers it."""
    schemas = _schemas(
        "#/components/schemas/{name}",
        AuthEvent,
        AuthSuccess,
        ChannelAck,
        ChannelModel,
        CreateChannelEvent,
        SocketError,
    )
    message = "#/channels/default/messages/"
    received = {"auth": "AuthEvent", "create-channel": "CreateChannelEvent"}
    sent = {
        "auth-success": "AuthSuccess",
        "channel-created": "ChannelModel",
        "socket-api-error": "SocketError",
    }
    messages: Document = {
        event: {"name": event, "payload": {"$ref": f"#/components/schemas/{schema}"}}
        for event, schema in {**received, **sent}.items()
    }
    messages["create-channel"]["x-ack"] = {"$ref": "#/components/schemas/ChannelAck"}
    messages["socket-api-error-transaction"] = {
        "name": "socket-api-error-${transaction}",
        "description": "sent beside socket-api-error where the client sent a transaction",
        "payload": {"type": "string", "description": "the message as plain text"},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kanal",
            "version": version("kanal"),
            "description": "Socket.IO v5 at /socket.io/, default namespace, long-polling and"
            " WebSocket. A socket authenticates with `auth`, or with the same object as the"
            " handshake's auth, before anything else. Commands: see /openapi.json.",
        },
        "defaultContentType": "application/json",
        "channels": {"default": {"address": "/", "messages": messages}},
        "operations": {
            **{
                f"receive-{event}": {
                    "action": "receive",
                    "channel": {"$ref": "#/channels/default"},
                    "messages": [{"$ref": message + event}],
                }
                for event in received
            },
            **{
                f"send-{event}": {
                    "action": "send",
                    "channel": {"$ref": "#/channels/default"},
                    "messages": [{"$ref": message + event}],
                }
                for event in (*sent, "socket-api-error-transaction")
            },
        },
        "components": {"schemas": schemas},
    }


def _schemas(template: str, *structs: type) -> Document:
    _, components = msgspec.json.schema_components(structs, ref_template=template)
    return dict(components)


def _json(schema: str, media_type: str = "application/json") -> Document:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _path_parameter(name: str, schema: Document) -> Document:
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


def _idempotency_key() -> Document:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "the same key by the same user answers the first channel again",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH},
    }


def _channel(description: str, headers: list[str]) -> Document:
    return {
        "description": description,
        "headers": _headers(*headers),
        "content": _json("ChannelModel"),
    }


def _headers(*names: str) -> Document:
    return {name: {"required": True, "schema": {"type": "string"}} for name in names}


def _created(description: str) -> Document:
    return _channel(description, ["ETag", "Location"])


def _refusals(*statuses: int) -> Document:
    return {
        str(status): {
            "description": _REFUSALS[status],
            "headers": _headers(*_REFUSAL_HEADERS.get(status, [])),
            "content": _json("Problem", "application/problem+json"),
        }
        for status in statuses
    }


def _health(name: str, description: str) -> Document:
    responses: Document = {"200": {"description": description, "content": _json("Health")}}
    if name == "ready":
        responses["503"] = {"description": "It names what is missing", "content": _json("Health")}
    return {"operationId": f"health-{name}", "security": [], "responses": responses}
