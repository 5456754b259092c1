"""The health routes: whether the process answers, whether the service can serve, what it counts."""

from collections.abc import Awaitable, Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.response import json_response
from transport.node_report import Reports, health, metrics_text
from transport.schemas.answers import Health


def create_health_routes(reports: Callable[[], Awaitable[Reports]]) -> Blueprint:
    """Routes that need no token, since they tell nothing of users. `reports` are those of all that
    share the port."""
    routes = Blueprint("health")

    @routes.get("/health/live")
    async def live(_: Request) -> HTTPResponse:
        return json_response(Health("live"))

    @routes.get("/health/ready")
    async def ready(_: Request) -> HTTPResponse:
        answer = health(await reports())
        return json_response(answer, status=503 if answer.missing else 200)

    @routes.get("/health/metrics")
    async def prometheus(_: Request) -> HTTPResponse:
        text = metrics_text(await reports())
        return HTTPResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
