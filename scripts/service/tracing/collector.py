"""Where the spans of a node go: to a collector, over OTLP, as OpenTelemetry's variables `OTEL_*`
say, and to http://localhost:4318 where they say nothing."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

FLUSH_TIMEOUT = 2.0
"""Seconds in which a node that stops sends the spans that it still has."""


class Collector:
    """Takes the spans of this process's node from here on. Instances: one in a process, since
    OpenTelemetry has one provider in it."""

    def __init__(self, node_id: str, share: float) -> None:
        """`share` of the traces that begin here are recorded, in [0, 1]; those that a caller has
        begun are where the caller's `traceparent` says so."""
        self._provider = TracerProvider(
            sampler=ParentBased(root=_Beginnings(share)),
            resource=Resource.create(
                {
                    "service.name": "kanal",
                    "service.version": version("kanal"),
                    "service.instance.id": node_id,
                }
            ),
            shutdown_on_exit=False,  # it would wait for a collector that is away
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._provider)
        AsyncPGInstrumentor().instrument()  # type: ignore[no-untyped-call]
        # It warns of what it cuts or leaves out, in the words of whoever has sent it. What it says
        # of our own settings it has said by now.
        logging.getLogger("opentelemetry").setLevel(logging.ERROR)

    async def flush(self) -> None:
        """Send what is left, unless the collector takes longer than FLUSH_TIMEOUT."""
        # BatchSpanProcessor does not keep to a time that it is given. The process ends without
        # waiting for a daemon.
        flush = self._provider.force_flush
        flushing = threading.Thread(target=flush, name="sending the last spans", daemon=True)
        flushing.start()
        await asyncio.to_thread(flushing.join, FLUSH_TIMEOUT)


class _Beginnings(Sampler):
    """Decides on traces that begin here: a share of requests. A statement of a background task is
    the beginning of none."""

    def __init__(self, share: float) -> None:
        self._share = TraceIdRatioBased(share)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if kind is SpanKind.CLIENT:
            return SamplingResult(Decision.DROP)
        return self._share.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return f"requests, {self._share.get_description()}"
