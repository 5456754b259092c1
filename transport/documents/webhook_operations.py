"""The registrations of webhooks as operations of the OpenAPI document."""

import msgspec

from domain.errors import Invalid, NotFound, TooManyWebhooks
from transport.documents.openapi_parts import Document, answer, body, refusals
from transport.errors import Malformed, PositionGone, UnsupportedMedia
from transport.operator.answers.webhooks import WebhookAnswer, WebhookList
from transport.schemas.webhooks import NewWebhookBody, WebhookPatchBody

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


def _read(operation_id: str, summary: str, kind: type[msgspec.Struct], *refused: str) -> Document:
    return {
        "operationId": operation_id,
        "summary": summary,
        "responses": {"200": _told("The answer", kind), **refusals(*refused)},
    }


def _told(description: str, kind: type[msgspec.Struct] = WebhookAnswer) -> Document:
    return answer(description, kind.__name__, ["Cache-Control"])
