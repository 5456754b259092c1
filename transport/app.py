"""The Sanic application: routes, sockets, documents and the one handler of all errors."""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from sanic import Sanic
from sanic.application.state import ApplicationServerInfo
from sanic.blueprints import Blueprint
from sanic.config import Config
from sanic.http import Http
from sanic.http.constants import HTTP
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.access_log import is_on
from transport.auth.origins import Origins
from transport.documents.console_page import create_console_routes
from transport.documents.routes import create_document_routes
from transport.errors import RateLimited, problem_response, refusal_of
from transport.http.access import note_request
from transport.http.cors import marks, tell_origins
from transport.http.routing import HttpRequest, HttpRouter
from transport.limits.limits import Limits
from transport.metrics import Metrics, Outcome
from transport.socketio.answering import Answering
from transport.socketio.packets import MAX_MESSAGE_SIZE
from transport.socketio.server import SocketServer


def create_app(
    *,
    routes: Sequence[Blueprint],
    sockets: SocketServer,
    origins: Origins,
    limits: Limits,
    metrics: Metrics,
    is_leaving: Callable[[], bool],
    base_path: str,
) -> Sanic[Any, Any]:
    """The application, ready to be served, also below the base path. When it `is_leaving`, a
    connection ends with its next answer: a request on one that is closed while it is idle may be
    lost."""
    app: Sanic[Any, Any] = Sanic(
        "kanal",
        config=_config(),
        configure_logging=False,
        request_class=HttpRequest,
        router=HttpRouter(),
    )
    app.ctx.base_path = base_path
    # With one version of HTTP there is nothing to say in `Alt-Svc`, and Sanic leaves it out. Served
    # by `create_server` it would know of none, and each answer would have an empty one
    # (`findings/an-empty-alt-svc.sh`).
    app.state.server_info.append(ApplicationServerInfo({"version": HTTP.VERSION_1}))
    for blueprint in (*routes, create_console_routes(base_path), create_document_routes(base_path)):
        app.blueprint(blueprint)
    sockets.attach(app)
    tell_origins(app, origins)

    @app.exception(Exception)
    async def refuse(_: Request, error: Exception) -> HTTPResponse:
        refusal = refusal_of(error)
        metrics.refusals.labels(refusal.code).inc()
        if isinstance(error, RateLimited):
            await limits.hold(error)
        return problem_response(refusal)

    @app.on_response  # type: ignore[untyped-decorator]
    async def answered(request: HttpRequest, response: HTTPResponse) -> None:
        response.headers["X-Request-ID"] = request.correlation_id
        if is_leaving() and isinstance(request.stream, Http):
            request.stream.keep_alive = False
        note_request(request, response.status, response.body, limits)
        command = getattr(request.route and request.route.ctx, "command", None)
        if command is not None:
            outcome, seconds = Outcome.of(response.status), perf_counter() - request.began
            metrics.command(command, outcome).observe(seconds)

    def note(request: HttpRequest, status: int, body: bytes) -> None:
        if is_on():
            host = request.headers.get("Host")
            request.route, *_ = app.router.get(request.path, request.method, host)
            note_request(request, status, body, limits)

    app.ctx.answering = Answering(partial(marks, origins), note, is_leaving)
    return app


def _config() -> Config:
    """Sanic's settings; those in the environment (SANIC_*) are not read."""
    config = Config(env_prefix=None)
    config.AUTO_EXTEND = False
    config.ACCESS_LOG = False
    config.MOTD = False
    config.REQUEST_MAX_SIZE = MAX_MESSAGE_SIZE
    config.REQUEST_MAX_HEADER_SIZE = 16_384  # Sanic's ceiling; many workspaces make a long token
    config.REQUEST_TIMEOUT = 20
    # Longer than a polling request may stand open (engine.io's ping interval and timeout).
    config.RESPONSE_TIMEOUT = 60
    config.KEEP_ALIVE_TIMEOUT = 60
    config.WEBSOCKET_MAX_SIZE = MAX_MESSAGE_SIZE
    config.WEBSOCKET_PING_INTERVAL = 0  # engine.io has a heartbeat; one is enough
    return config
