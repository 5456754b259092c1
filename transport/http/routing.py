"""Sanic's request and router, under all routes, with these faults mended:

- a request whose target is no URL would end its connection without an answer: it is 400;
- the slashes that end a path would be taken off one by one, each a call deeper: all at once here;
- HEAD would be refused where GET is served (RFC 9110, 9.3.2);
- a path with more than one route would refuse a method without telling which it knows;
- a body that comes with a GET would be left unread, and logged as our error.
"""

import time
from collections.abc import Callable
from http import HTTPMethod
from typing import Any

from sanic.compat import Header
from sanic.exceptions import MethodNotAllowed, SanicException
from sanic.request import Request
from sanic.router import Router
from sanic_routing import Route

from transport.correlation import correlation_id, current_correlation_id
from transport.http.base_path import without_base_path


class HttpRequest(Request):
    """A request, also one that is refused before it could be read; with its correlation id."""

    def __init__(
        self, url_bytes: bytes, headers: Header, version: str, method: str, *more: Any, **named: Any
    ) -> None:
        self.began = time.perf_counter()
        # Sanic makes a request with the method NONE of what it could not parse, with the target as
        # it was sent. A target that is no URL would raise here a second time.
        target = b"*" if method == "NONE" else url_bytes
        super().__init__(target, headers, version, method, *more, **named)
        self.correlation_id = correlation_id(headers.get("X-Request-ID"))
        current_correlation_id.set(self.correlation_id)

    @property
    def path(self) -> str:
        """The path within the service, percent-encoded as it was sent."""
        return without_base_path(super().path, self.app.ctx.base_path)


class HttpRouter(Router):
    """Finds the route of a path and method; Sanic's `get` keeps what it found."""

    def add(self, *arguments: Any, **named: Any) -> Any:
        # Not on the route of Socket.IO, which has this attribute: its GET opens connections and
        # takes messages out of the send buffer, so it is not safe (RFC 9110, 9.2.1).
        is_socketio = getattr(named["handler"], "is_websocket", False)
        if "GET" in named["methods"] and not is_socketio:
            named["methods"] = {*named["methods"], "HEAD"}
        return super().add(*arguments, **{**named, "ignore_body": False})

    def _get(
        self, path: str, method: str, host: str | None
    ) -> tuple[Route, Callable[..., Any], dict[str, Any]]:
        """Raises NotFound, MethodNotAllowed."""
        path = path.rstrip("/")
        try:
            return super()._get(path, method, host)
        except MethodNotAllowed as error:
            known = [each.value for each in HTTPMethod if self._has(path, each.value, host)]
            raise MethodNotAllowed(str(error), method, known) from None

    def _has(self, path: str, method: str, host: str | None) -> bool:
        try:
            super()._get(path, method, host)
        except SanicException:
            return False
        return True
