"""The health routes: whether the process answers, and whether the service can serve."""

from collections.abc import Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.responses import json_response
from transport.schemas import Health


def create_health_routes(missing: Callable[[], list[str]]) -> Blueprint:
    """Routes that need no token. `missing` names what keeps the service from being ready."""
    routes = Blueprint("health")

    @routes.get("/health/live")
    async def live(_: Request) -> HTTPResponse:
        return json_response(Health("live"))

    @routes.get("/health/ready")
    async def ready(_: Request) -> HTTPResponse:
        if absent := missing():
            return json_response(Health("not ready", absent), status=503)
        return json_response(Health("ready"))

    return routes
