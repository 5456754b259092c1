"""CORS for the HTTP routes: which other origins a browser may call from. Socket.IO has its own."""

from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-ID"
_EXPOSED_HEADERS = "ETag, Location, Retry-After, X-Request-ID"


def allow_origins(app: Sanic[Any, Any], origins: list[str] | str) -> None:
    """Answer preflights and mark responses for the origins; `"*"` is any origin."""

    def is_allowed(origin: str | None) -> bool:
        return origin is not None and (origins == "*" or origin in origins)

    @app.on_request
    async def preflight(request: Request) -> HTTPResponse | None:
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        if request.path.startswith("/socket.io/"):
            return None
        return HTTPResponse(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
                "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )

    @app.on_response  # type: ignore[untyped-decorator]
    async def mark(request: Request, response: HTTPResponse) -> None:
        origin = request.headers.get("Origin")
        if is_allowed(origin) and not request.path.startswith("/socket.io/"):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
            response.headers["Vary"] = "Origin"
