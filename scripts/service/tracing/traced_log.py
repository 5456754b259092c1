"""The append, traced: a span for the append of each command, and one for the transaction, which may
have many of them. asyncpg's spans of its statements are below that."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from opentelemetry import trace
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Link

from domain.event_log import DomainEvent
from persistence.log.append_queue import AppendQueue, QueuedCommand
from persistence.log.postgres_event_log import PostgresEventLog
from scripts.service.tracing.traceparent import keep

tracer = trace.get_tracer("kanal")


class TracedLog(PostgresEventLog):
    """Keeps with each event the trace in which it is recorded."""

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        with tracer.start_as_current_span("append", record_exception=False) as span:
            if span.is_recording():
                for event in events:
                    keep(event, span)
            position = await super().append(events, workspace_id, epoch=epoch)
            span.set_attribute("kanal.position", position)
            return position


class TracedQueue(AppendQueue):
    """A transaction is in the trace of the first of its commands, and linked to the others'."""

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **named)
        self._contexts: dict[int, Context] = {}
        """Of the commands that wait, by the identity of their events."""

    async def append(
        self,
        events: Sequence[StoredEvent],
        workspace_id: str | None,
        committed: Callable[[int], None] = lambda _: None,
        *,
        epoch: UUID | None = None,
        user_id: str = "",
    ) -> int:
        if trace.get_current_span().is_recording():
            self._contexts[id(events)] = get_current()
        try:
            return await super().append(
                events, workspace_id, committed, epoch=epoch, user_id=user_id
            )
        finally:
            self._contexts.pop(id(events), None)

    async def _commit(self, batch: Sequence[QueuedCommand]) -> None:
        found = [self._contexts.get(id(command.events)) for command in batch]
        traced = [context for context in found if context is not None]
        if not traced:
            await super()._commit(batch)
            return
        links = [Link(trace.get_current_span(each).get_span_context()) for each in traced[1:]]
        with tracer.start_as_current_span("commit", traced[0], links=links) as span:
            span.set_attribute("kanal.commands", len(batch))
            await super()._commit(batch)
