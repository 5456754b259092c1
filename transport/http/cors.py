"""CORS: answers preflights, and marks the answers to origins whose pages may call.

The preflights of `/socket.io/` are answered by python-engineio.
"""

from collections.abc import Mapping
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.auth.origins import Origins

_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-ID"
_EXPOSED_HEADERS = (
    "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Log-ID, X-Request-ID"
)


def tell_origins(app: Sanic[Any, Any], origins: Origins) -> None:
    """Answer preflights, or refuse them (ForeignOrigin), and mark answers to allowed origins."""

    @app.on_request
    async def preflight(request: Request) -> HTTPResponse | None:
        if request.method != "OPTIONS" or request.path.startswith("/socket.io/"):
            return None
        origin = request.headers.get("Origin")
        if origin is None or "Access-Control-Request-Method" not in request.headers:
            return None
        origins.require(origin, request.headers.get("Host"))
        return HTTPResponse(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
                "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )

    @app.on_response  # type: ignore[untyped-decorator]
    async def mark(request: Request, response: HTTPResponse) -> None:
        for name, value in marks(origins, request.headers.get("Origin")).items():
            if name == "Vary":
                response.headers.add(name, value)
            else:
                response.headers[name] = value


def marks(origins: Origins, origin: str | None) -> Mapping[str, str]:
    """The headers of an answer to a page of an origin, where that may call."""
    if origin is None or not origins.allow(origin):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": _EXPOSED_HEADERS,
        "Vary": "Origin",
    }
