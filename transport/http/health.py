"""The health routes: whether the process answers, and whether the service can serve."""

from collections.abc import Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.response import json_response
from transport.metrics import Metrics
from transport.schemas.answers import Health


def create_health_routes(
    missing: Callable[[], list[str]],
    building: Callable[[], list[str]],
    behind: Callable[[], dict[str, int]],
    metrics: Metrics,
) -> Blueprint:
    """Routes that need no token, since they tell nothing of users. `missing` names what keeps the
    service from being ready; `building` the read models that are being rebuilt, and `behind` how
    many positions each is behind the log, which do not."""
    routes = Blueprint("health")

    @routes.get("/health/live")
    async def live(_: Request) -> HTTPResponse:
        return json_response(Health("live"))

    @routes.get("/health/ready")
    async def ready(_: Request) -> HTTPResponse:
        absent = missing()
        health = Health("not ready" if absent else "ready", absent, building(), behind())
        return json_response(health, status=503 if absent else 200)

    @routes.get("/health/metrics")
    async def prometheus(_: Request) -> HTTPResponse:
        return HTTPResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
