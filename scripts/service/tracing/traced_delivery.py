"""The delivery, traced: on each node a span from when an event is read there to when what it says
has been written to the sockets that hear it, in the trace in which the event was recorded."""

import time
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from persistence.log.epochs import Lineage
from scripts.service.tracing.traceparent import kept
from transport.delivery.live_delivery import Delivery, Logged

tracer = trace.get_tracer("kanal")


class TracedDelivery(Delivery):
    """A span for each event that somebody on the node hears of."""

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **named)
        self._spans: list[Span] = []

    def begin(self, lineage: Lineage, position: int) -> None:
        super().begin(lineage, position)
        self._end_spans()

    async def _deliver(self, logged: Logged) -> None:
        began, bytes_before = time.time_ns(), self._pending_bytes
        await super()._deliver(logged)
        if self._pending_bytes != bytes_before and (context := kept(logged.event)) is not None:
            span = tracer.start_span("deliver", context, SpanKind.CONSUMER, start_time=began)
            span.set_attribute("kanal.position", logged.position)
            span.set_attribute("kanal.topic", logged.topic)
            self._spans.append(span)

    def _all_told(self) -> None:
        super()._all_told()
        self._end_spans()

    def _end_spans(self) -> None:
        spans, self._spans = self._spans, []
        for span in spans:
            span.end()
