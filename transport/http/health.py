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

    @routes.get("/metrics")
    @routes.get("/health/metrics", name="health_metrics")
    async def metrics(request: Request) -> HTTPResponse:
        wanted = request.accept.match("text/plain", _OPEN, accept_wildcards=False)
        is_open = wanted == _OPEN and wanted.header is not None and wanted.header.q > 0
        text = metrics_text(await reports(), is_open=is_open)
        response = HTTPResponse(text, content_type=_OPEN_1_0_0 if is_open else _TEXT_0_0_4)
        response.headers["Vary"] = "Accept"
        return response

    return routes


_OPEN = "application/openmetrics-text"
_OPEN_1_0_0 = f"{_OPEN}; version=1.0.0; charset=utf-8"
_TEXT_0_0_4 = "text/plain; version=0.0.4; charset=utf-8"
