"""The registrations of webhooks as operations of the OpenAPI document."""

import msgspec

from domain.errors import Invalid, NotFound, TooManyWebhooks
from transport.documents.openapi_parts import Document, answer, body, header, refusals
from transport.errors import Malformed, PositionGone, UnsupportedMedia
from transport.operator.answers.webhooks import WebhookAnswer, WebhookList
from transport.schemas.webhooks import NewWebhookBody, WebhookPatchBody
from transport.webhooks.message import CONTENT_TYPE

WEBHOOK_SHAPES: tuple[type[msgspec.Struct], ...] = (
    NewWebhookBody,
    WebhookAnswer,
    WebhookList,
    WebhookPatchBody,
)

_ALL = "/webhooks"
_ONE = "/webhooks/{webhookId}"
_OF_A_BODY = (Malformed.code, "too_large", UnsupportedMedia.code, Invalid.code, PositionGone.code)


def webhook_operations() -> list[tuple[str, str, Document]]:
    """The path, the method in lower case, and the operation of each."""
    added = answer("Registered, with its secret", "WebhookAnswer", ["Cache-Control", "Location"])
    removed = answer("Removed", "WebhookAnswer", ["Cache-Control"])
    del removed["content"]
    return [
        (
            _ALL,
            "post",
            {
                "operationId": "registerWebhook",
                "summary": "Have events sent to a URL, signed as Standard Webhooks say",
                "requestBody": body("NewWebhookBody"),
                "responses": {"201": added, **refusals(TooManyWebhooks.code, *_OF_A_BODY)},
            },
        ),
        (
            _ALL,
            "get",
            _read("listWebhooks", "All webhooks, and how far each has come", WebhookList),
        ),
        (
            _ONE,
            "get",
            _read("getWebhook", "A webhook, and how far it has come", WebhookAnswer, NotFound.code),
        ),
        (
            _ONE,
            "patch",
            {
                "operationId": "changeWebhook",
                "summary": "Change, pause, resume or replay a webhook, or give it a new secret",
                "requestBody": body("WebhookPatchBody"),
                "responses": {
                    "200": _told("As it is then, with a new secret where it has got one"),
                    **refusals(NotFound.code, *_OF_A_BODY),
                },
            },
        ),
        (
            _ONE,
            "delete",
            {
                "operationId": "removeWebhook",
                "summary": "Send nothing to it any more, and forget it",
                "responses": {"204": removed, **refusals(NotFound.code)},
            },
        ),
    ]


def sent_events(event: Document) -> Document:
    """What is sent to webhooks, which have the schema `event`: an operation of who receives it."""
    return {
        "post": {
            "operationId": "receiveEvent",
            "summary": "An event of the feed, or that the log was rewound",
            "description": "Signed as Standard Webhooks say, at least once, and in order for each"
            " channel.",
            "security": [],
            "parameters": [
                {**header(name, says, {}), "required": True} for name, says in _SIGNED.items()
            ],
            "requestBody": {"required": True, "content": {CONTENT_TYPE: {"schema": event}}},
            "responses": {
                "2XX": {"description": "It has come, and need not come again"},
                "410": {"description": "Nothing more is to come"},
                "default": {"description": "It is to come again; Retry-After is heeded"},
            },
        }
    }


_SIGNED = {
    "webhook-id": "the id of the event, the same at each attempt",
    "webhook-timestamp": "when the attempt was made: Unix time, seconds",
    "webhook-signature": "v1,<base64> of HMAC-SHA256 over id, timestamp and body, joined by dots;"
    " several, separated by spaces, while a secret is rolled over",
}


def _read(operation_id: str, summary: str, kind: type[msgspec.Struct], *refused: str) -> Document:
    return {
        "operationId": operation_id,
        "summary": summary,
        "responses": {"200": _told("The answer", kind), **refusals(*refused)},
    }


def _told(description: str, kind: type[msgspec.Struct] = WebhookAnswer) -> Document:
    return answer(description, kind.__name__, ["Cache-Control"])
