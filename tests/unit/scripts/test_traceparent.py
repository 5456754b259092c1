"""What is kept with an event as its trace may come from a log of elsewhere: what is no
`traceparent` is none, and stops nobody who reads it."""

from typing import Any

import pytest
from opentelemetry import trace

from persistence.log.mapper import create_mapper
from scripts.service.tracing.traceparent import kept
from tests.support.golden import golden_events

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


def event_with(traceparent: Any) -> Any:
    event: Any = create_mapper().to_domain_event(next(golden_events()))
    vars(event)["traceparent"] = traceparent
    return event


def test_a_traceparent_names_its_trace() -> None:
    context = kept(event_with(f"00-{TRACE_ID}-00f067aa0ba902b7-01"))
    assert f"{trace.get_current_span(context).get_span_context().trace_id:032x}" == TRACE_ID


@pytest.mark.parametrize("odd", [7, 1.5, True, None, {}, ["00"], "", "00-0-0-01", " " * 10_000])
def test_anything_else_names_none(odd: Any) -> None:
    assert kept(event_with(odd)) is None
