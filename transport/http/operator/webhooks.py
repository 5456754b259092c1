"""The routes of webhooks: where events are sent, as operators register it."""

import logging

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from transport.http.base_path import public_path
from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.request import body_of
from transport.http.response import json_response
from transport.operator.registrations import Registrations
from transport.schemas.webhooks import NewWebhookBody, WebhookPatchBody, parse_webhook_id

logger = logging.getLogger(__name__)


def create_webhook_routes(callers: Callers, registrations: Registrations) -> Blueprint:
    """Routes under `/webhooks`."""
    routes = guarded("webhooks", callers, prefix="/webhooks")

    @routes.post("/")
    async def register(request: Request) -> HTTPResponse:
        added = await registrations.add(body_of(request, NewWebhookBody))
        _note(request, "registered", added.id)
        response = json_response(added, status=201)
        response.headers["Location"] = f"{public_path(request).rstrip('/')}/{added.id}"
        return response

    @routes.get("/")
    async def list_webhooks(_: Request) -> HTTPResponse:
        return json_response(await registrations.all())

    @routes.get("/<webhook_id:str>")
    async def get_webhook(_: Request, webhook_id: str) -> HTTPResponse:
        return json_response(await registrations.get(parse_webhook_id(webhook_id)))

    @routes.patch("/<webhook_id:str>")
    async def change(request: Request, webhook_id: str) -> HTTPResponse:
        body = body_of(request, WebhookPatchBody)
        changed = await registrations.change(parse_webhook_id(webhook_id), body)
        _note(request, "changed", changed.id)
        return json_response(changed)

    @routes.delete("/<webhook_id:str>")
    async def remove(request: Request, webhook_id: str) -> HTTPResponse:
        removed = parse_webhook_id(webhook_id)
        await registrations.remove(removed)
        _note(request, "removed", removed)
        return empty()

    return routes


def _note(request: Request, what: str, webhook_id: object) -> None:
    """Who does it is in no event of the log. Its URL may hold a secret of the receiver."""
    logger.info("webhook %s: %s by %s", webhook_id, what, request.ctx.cause.actor.user_id)
