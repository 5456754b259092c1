"""The lines of the access log about requests."""

import re
import time
from functools import lru_cache

from transport.access_log import is_on, nanoseconds, note
from transport.http.routing import HttpRequest
from transport.limits.limits import Limits


def note_request(request: HttpRequest, status: int, body: bytes | None, limits: Limits) -> None:
    """Note that a request is answered. One that becomes a WebSocket has no answer, and the socket
    is noted."""
    if not is_on():
        return
    if request.method == "HEAD":
        body = None
    note(
        f"{request.method} {request.path} {status}",
        {
            "event.action": "request",
            "client.address": limits.client_address(request),
            "http.request.method": request.method,
            "url.path": request.path,
            "http.route": None if request.route is None else _template(request.route.path),
            "http.response.status_code": status,
            "http.response.body.bytes": len(body or b""),
            "event.duration": nanoseconds(time.perf_counter() - request.began),
            "user.id": getattr(request.ctx, "user_id", None),
        },
    )


@lru_cache(256)
def _template(path: str) -> str:
    """The path of a route of Sanic as a URI template."""
    return "/" + _PARAMETER.sub(r"{\1}", path)


_PARAMETER = re.compile(r"<(\w+)(?::[^>]*)?>")
