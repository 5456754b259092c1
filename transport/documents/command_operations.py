"""The commands as operations of the OpenAPI document, made of the table of commands alone: what a
command can be refused with follows from what its request names."""

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
    statuses = {400, 401, 403, 429, 503}
    if "{channelId}" in route.path:
        operation["parameters"] = [IF_MATCH]
        statuses |= {404, 409, 412}
    elif "{workspaceId}" in route.path:
        operation["parameters"] = [_IDEMPOTENCY_KEY]
        statuses |= {409}
    if "{userId}" in route.path:
        statuses |= {422}
    if route.body is not None:
        statuses |= {413, 415, 422}
        operation["requestBody"] = body(route.body.__name__, required=route.needs_body)
    answers = {
        str(status): answer(text, route.answer.__name__, list(route.headers))
        for status, text in route.answered.items()
    }
    return {**operation, "responses": {**answers, **refusals(*sorted(statuses))}}
