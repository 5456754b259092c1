"""The guard: whatever route is on one of these blueprints answers operators and nobody else."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.callers import Callers

PREFIX = "/operator"


def guarded(name: str, callers: Callers, prefix: str = PREFIX) -> Blueprint:
    """A blueprint for routes below `/operator`, or another prefix. Who asks is in
    `request.ctx.cause`.

    A request is refused before its route is called: raises as `Callers.operator` does.
    """
    routes = Blueprint(f"operator-{name}", url_prefix=prefix)

    @routes.on_request
    async def refuse_others(request: Request) -> None:
        request.ctx.cause = await callers.operator(request)

    @routes.on_response  # type: ignore[untyped-decorator]
    async def keep_nowhere(_: Request, response: HTTPResponse) -> None:
        response.headers["Cache-Control"] = "no-store"

    return routes
