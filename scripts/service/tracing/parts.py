"""The parts of a node that tracing has something to do with: as they are, or as they are traced."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sanic import Sanic

from persistence.log.append_queue import AppendQueue
from persistence.log.postgres_event_log import PostgresEventLog
from scripts.service.settings import Settings
from scripts.service.tracing.installed import check_installed
from transport.delivery.live_delivery import Delivery
from transport.http.callers import Callers
from transport.sockets.dispatch import SocketEvents


async def _nothing_to_flush() -> None:
    return


@dataclass(frozen=True, slots=True)
class Parts:
    """The class of each part; `attach` adds what the application does for it, and `flush` sends
    what a node still has when it stops."""

    queue: type[AppendQueue] = AppendQueue
    log: type[PostgresEventLog] = PostgresEventLog
    callers: type[Callers] = Callers
    events: type[SocketEvents] = SocketEvents
    delivery: type[Delivery] = Delivery
    attach: Callable[[Sanic[Any, Any]], None] = lambda _: None
    flush: Callable[[], Awaitable[None]] = _nothing_to_flush


def parts_of(settings: Settings, node_id: str) -> Parts:
    """Those of the process's node. Raises SettingsError where what it takes to trace is not
    installed."""
    if not settings.traces:
        return Parts()
    check_installed()
    from scripts.service.tracing import traced_delivery, traced_log, traced_requests  # noqa: PLC0415
    from scripts.service.tracing.collector import Collector  # noqa: PLC0415

    return Parts(
        queue=traced_log.TracedQueue,
        log=traced_log.TracedLog,
        callers=traced_requests.TracedCallers,
        events=traced_requests.TracedEvents,
        delivery=traced_delivery.TracedDelivery,
        attach=traced_requests.end_with_answers,
        flush=Collector(node_id, settings.traces).flush,
    )
