"""The commands as operations of the OpenAPI document, made of the table of commands alone: what a
command can be refused with follows from what its request names, but for what the domain refuses of
this one."""

from domain.identifiers import MAX_IDEMPOTENCY_KEY_LENGTH
from transport.command import Route
from transport.documents.openapi_parts import (
    IF_MATCH,
    Document,
    answer,
    body,
    header,
    refusals,
)

_IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    "the same key by the same user answers the first channel again",
    {"minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH},
)


def command_operation(route: Route) -> Document:
    """The operation of one command."""
    operation: Document = {"operationId": route.operation_id, "summary": route.summary}
    codes = {*route.refused}
    if "{channelId}" in route.path:
        operation["parameters"] = [IF_MATCH]
        codes |= {"malformed", "not_found", "conflict", "stale_version"}
    elif "{workspaceId}" in route.path:
        operation["parameters"] = [_IDEMPOTENCY_KEY]
        codes |= {"conflict", "idempotency_key_reused"}
    if "{userId}" in route.path:
        codes |= {"invalid"}
    if route.body is not None:
        codes |= {"malformed", "too_large", "unsupported_media_type", "invalid"}
        operation["requestBody"] = body(route.body.__name__, required=route.needs_body)
    answers = {
        str(status): answer(text, route.answer.__name__, list(route.headers))
        for status, text in route.answered.items()
    }
    return {**operation, "responses": {**answers, **refusals(*codes)}}
