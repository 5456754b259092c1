"""The HTTP route by which operators take access back."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.access import AccessCommands
from projections.representations import revocation_model
from transport.http.callers import Callers
from transport.http.request import body_of
from transport.http.response import json_response
from transport.schemas.commands import RevocationBody


def create_revocation_routes(callers: Callers, commands: AccessCommands) -> Blueprint:
    """The route `/revocations`."""
    routes = Blueprint("revocations")

    @routes.post("/revocations", ctx_command="revoke-access")
    async def revoke_access(request: Request) -> HTTPResponse:
        cause = await callers.cause(request)
        body = body_of(request, RevocationBody)
        at = await commands.revoke_access(cause, body.user_id, body.workspace_id)
        return json_response(revocation_model(at), status=202)

    return routes
