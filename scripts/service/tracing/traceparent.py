"""The `traceparent` (W3C Trace Context, 3.2) under which an event was recorded. It is kept with the
event, in whatever node reads it, and is no part of what the event says."""

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.event_log import TRACEPARENT, DomainEvent, traceparent_of

_propagator = TraceContextTextMapPropagator()


def keep(event: DomainEvent, span: trace.Span) -> None:
    """Have the event stored with the span's place in its trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, trace.set_span_in_context(span))
    # Not a field: it would be in every event of the log, and in the signature of every command.
    vars(event)[TRACEPARENT] = carrier[TRACEPARENT]


def kept(event: DomainEvent) -> Context | None:
    """The context in which the event was recorded; None where that was not traced."""
    return sent(traceparent_of(event))


def sent(traceparent: str | None) -> Context | None:
    """The context that a `traceparent` names; None where it names none that is valid."""
    if traceparent is None:
        return None
    context = _propagator.extract({TRACEPARENT: traceparent}, Context())
    return context if trace.get_current_span(context).get_span_context().is_valid else None
