"""The sockets' API as AsyncAPI 3.0, made from the table of commands and the structs that
validate; and what the feed tells other services, on its stream and to their webhooks."""

from importlib.metadata import version
from typing import get_args

import msgspec

from projections.feed.events import PublicEvent, SentEvent
from projections.representations import (
    ChannelModel,
    FormerMemberModel,
    GoneModel,
    MemberModel,
)
from transport.commands import COMMANDS
from transport.documents.openapi_parts import Document
from transport.errors import SOCKET_CODES
from transport.http.feed.messages import StreamEnd
from transport.refusals import AckError, SocketError
from transport.schemas.authentication import AuthEvent, AuthSuccess
from transport.schemas.positions import AwaitPositionEvent, PositionReached

RECEIVED: dict[str, type] = {
    "auth": AuthEvent,
    "await-position": AwaitPositionEvent,
    **{event: command.data for event, command in COMMANDS.items()},
}
ACKNOWLEDGED: dict[str, type] = {
    "auth": AuthSuccess,
    "await-position": PositionReached,
    **{event: command.acknowledgement for event, command in COMMANDS.items()},
}
SENT: dict[str, type] = {
    "auth-success": AuthSuccess,
    "channel-created": ChannelModel,
    "channel-updated": ChannelModel,
    "channel-deleted": GoneModel,
    "channel-member-added": MemberModel,
    "channel-member-removed": FormerMemberModel,
    "socket-api-error": SocketError,
}
SERVED_WHEN = {
    "await-position": "acknowledged once all that the socket is to hear up to there has been sent"
    " to it, or refused as unavailable after four seconds: a client that lists several pages hears"
    " by it that what it heard has come as far as the last of them. With workspaceId it is refused"
    " where the socket hears nothing of that workspace, as forbidden or access_revoked",
}
HEARD_WHEN = {
    "channel-created": "a channel was created, or appears to this user: they were added to a"
    " private one, or a private one became public",
    "channel-updated": "to those who could see the channel before and after",
    "channel-deleted": "a channel was deleted, or disappears for this user: they were removed from"
    " it, or it became private without them",
    "channel-member-added": "to the members; also for a member's new role",
    "channel-member-removed": "to the members",
    "socket-api-error": "an event failed; or, for `auth` with code token_expired, the token of a"
    " live connection has expired: it hears nothing more until its next `auth`, and its"
    " connection is closed without one, so that its client comes back by itself; or, for `auth`"
    " with code access_revoked, what its token granted was taken back: to one workspace, of which"
    " it hears nothing more, or to all, and then its connection is closed",
}

STREAMED: dict[str, type] = {
    **{kind.__struct_config__.tag: kind for kind in get_args(PublicEvent)},
    "end": StreamEnd,
}
"""What a stream of the feed says, by the names of its messages."""

POSTED: dict[str, type] = {kind.__struct_config__.tag: kind for kind in get_args(SentEvent)}
"""What webhooks are sent."""

CLOUD_EVENT = "application/cloudevents+json"
"""What each public event is by itself (CloudEvents, JSON Event Format)."""

_OF_TRANSACTION = "socket-api-error-transaction"


def asyncapi(base_path: str = "") -> Document:
    """The document, as `/asyncapi.json` answers it; the sockets are below the base path."""
    kinds = {
        *RECEIVED.values(), *ACKNOWLEDGED.values(), *SENT.values(), AckError,
        *STREAMED.values(), *POSTED.values(),
    }  # fmt: skip
    _, schemas = msgspec.json.schema_components(
        sorted(kinds, key=lambda kind: kind.__name__), ref_template="#/components/schemas/{name}"
    )
    for refusal in (SocketError, AckError):
        schemas[refusal.__name__]["properties"]["code"]["enum"] = list(SOCKET_CODES)
    messages: Document = {
        event: {"name": event, "payload": _reference(kind)}
        for event, kind in {**RECEIVED, **SENT}.items()
    }
    for event, kind in ACKNOWLEDGED.items():
        messages[event]["x-ack"] = _reference(kind)
    for event, description in (SERVED_WHEN | HEARD_WHEN).items():
        messages[event]["description"] = description
    messages[_OF_TRANSACTION] = {
        "name": "socket-api-error-${transaction}",
        "description": "sent beside socket-api-error where the client sent a transaction",
        "payload": {"type": "string", "description": "the message as plain text"},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kanal",
            "version": version("kanal"),
            "description": f"Socket.IO v5 at {base_path}/socket.io/, default namespace,"
            " long-polling and WebSocket. It is the service that receives and sends. A socket"
            " authenticates with `auth`, or with the same object as the handshake's auth, before"
            " anything else. A command is acknowledged with what x-ack says, or with {error:"
            " AckError}, where rate_limited adds retryAfter in seconds. With `recover: true` in its"
            " handshake, a client takes part in connection state recovery: the answer to CONNECT"
            " holds a `pid`, which is the one that it sent where all that it missed will be told,"
            " and each event ends with an offset as one more argument. Commands over HTTP: see"
            f" {base_path}/openapi.json, and so is how to ask for the stream of the feed.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "default": {"title": "Events of the sockets", "address": "/", "messages": messages},
            "feed": _feed(base_path),
            "webhooks": _webhooks(base_path),
        },
        "operations": {
            **{f"receive-{event}": _operation("receive", event) for event in RECEIVED},
            **{f"send-{event}": _operation("send", event) for event in (*SENT, _OF_TRANSACTION)},
            "stream-feed": _telling("stream-feed", "feed", STREAMED),
            "post-to-webhooks": _telling("post-to-webhooks", "webhooks", POSTED),
        },
        "components": {"schemas": dict(schemas)},
    }


def _feed(base_path: str) -> Document:
    """The stream of the feed: server-sent events, each with its message as `data`."""
    return {
        "title": "The stream of the feed",
        "address": f"{base_path}/log/stream",
        "description": "Server-sent events (text/event-stream) in answer to GET: CloudEvents 1.0 in"
        " JSON, each with the id from which its reader goes on (Last-Event-ID).",
        "messages": _told(STREAMED),
    }


def _webhooks(base_path: str) -> Document:
    """What is posted to webhooks; each has a URL of its own."""
    return {
        "title": "Webhooks",
        "description": "CloudEvents 1.0 in JSON, each the body of a POST to the URL of a webhook,"
        f" signed as Standard Webhooks say: see {base_path}/openapi.json, and so is how to register"
        " one.",
        "messages": _told(POSTED),
    }


def _told(kinds: dict[str, type]) -> Document:
    """The messages of a channel that tells of the log."""
    return {
        name: {
            "name": name,
            "contentType": "application/json" if kind is StreamEnd else CLOUD_EVENT,
            "description": (kind.__doc__ or "").strip(),
            "payload": _reference(kind),
        }
        for name, kind in kinds.items()
    }


def _telling(title: str, channel: str, kinds: dict[str, type]) -> Document:
    return {
        "action": "send",
        "title": title,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{each}"} for each in kinds],
    }


def _reference(kind: type) -> Document:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _operation(action: str, event: str) -> Document:
    operation: Document = {
        "action": action,
        "title": "socket-api-error-${transaction}" if event == _OF_TRANSACTION else event,
        "channel": {"$ref": "#/channels/default"},
        "messages": [{"$ref": f"#/channels/default/messages/{event}"}],
    }
    told = [HEARD_WHEN[event]] if event in HEARD_WHEN else []
    if event in ACKNOWLEDGED:
        told = [f"acknowledged with {ACKNOWLEDGED[event].__name__}"]
    return {**operation, "description": "; ".join(told)} if told else operation
