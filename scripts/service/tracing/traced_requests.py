"""Requests, traced: a span for each command of somebody whose token is good, over HTTP and sockets,
so that KANAL_RATE_COMMANDS holds what a user has recorded. Strangers begin no trace,
and continue none."""

import re
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, StatusCode
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.actor import Cause
from scripts.service.tracing.traceparent import sent
from transport.commands import COMMANDS
from transport.delivery.session import Session
from transport.errors import refusal_of
from transport.http.callers import SAFE, Callers
from transport.sockets.dispatch import SocketEvents

_PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")

tracer = trace.get_tracer("kanal")


class TracedCallers(Callers):
    """Begins the span of a request that is no read, in the trace that its header `traceparent`
    names. What `tracestate` says is for others, and may be of any length: it is left out."""

    async def cause(self, request: Request, workspace_id: str | None = None) -> Cause:
        cause = await super().cause(request, workspace_id)
        if request.method in SAFE:
            return cause
        route = _PARAMETER.sub(r"{\1}", request.uri_template or "")
        span = tracer.start_span(
            f"{request.method} {route}",
            sent(request.headers.get("traceparent")),
            SpanKind.SERVER,
            {
                "http.request.method": request.method,
                "http.route": route,
                "user.id": cause.actor.user_id,
                "kanal.request_id": cause.correlation_id,
            },
        )
        request.ctx.span = span, context.attach(trace.set_span_in_context(span))
        return cause


def end_with_answers(app: Sanic[Any, Any]) -> None:
    """End the span of a request with its answer."""

    @app.on_response  # type: ignore[untyped-decorator]
    async def end(request: Request, response: HTTPResponse) -> None:
        span, token = getattr(request.ctx, "span", (None, None))
        if span is not None and token is not None:
            del request.ctx.span
            span.set_attribute("http.response.status_code", response.status)
            if response.status >= 500:
                span.set_status(StatusCode.ERROR)
            span.end()
            context.detach(token)


class TracedEvents(SocketEvents):
    """Each command over a socket begins a trace."""

    async def _dispatch(self, session: Session, event: str, data: Any) -> Any:
        if session.actor is None or event not in COMMANDS:
            return await super()._dispatch(session, event, data)
        with tracer.start_as_current_span(
            event,
            kind=SpanKind.SERVER,
            attributes={"user.id": session.actor.user_id},
            record_exception=False,
        ) as span:
            try:
                return await super()._dispatch(session, event, data)
            except Exception as error:
                span.set_attribute("error.type", refusal_of(error).ack.code)
                raise
