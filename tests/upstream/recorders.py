"""eventsourcing's recorders as thin, synchronous faces of our persistence: a method is a call."""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from domain.event_log import StreamConflict
from persistence.log import subscription
from persistence.log.logged_event import LoggedEvent
from persistence.read_models.checkpoints import (
    CheckpointConflict,
    advance_checkpoint,
    read_checkpoint,
    set_checkpoint,
)
from persistence.read_models.models import ReadModel
from tests.support.clients import PATIENCE
from tests.upstream.open_log import OpenLog


class LogAggregateRecorder(AggregateRecorder):
    """Streams: `AppendQueue.append` and `StoredEvents.select_stream`."""

    def __init__(self, log: OpenLog) -> None:
        self._log = log

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        self._append(stored_events)
        return None

    def _append(self, stored_events: Sequence[StoredEvent]) -> int:
        try:
            return self._log.call(self._log.queue.append(stored_events, workspace_id=None))
        except StreamConflict as conflict:
            raise IntegrityError from conflict

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        assert isinstance(originator_id, UUID)
        # The library's versions begin at 0 in some of its tests.
        after = -1 if gt is None else gt
        page = self._log.call(self._log.stored.select_stream(originator_id, after=after, upto=lte))
        found = [stored(notification) for notification in page]
        return (found[::-1] if desc else found)[:limit]


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """The whole log: `StoredEvents.select_page`, `.head`, and `persistence.log.subscription`."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        first = self._append(stored_events)
        return list(range(first, first + len(stored_events)))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        # Pages of all topics; topics are chosen here.
        page = self._log.stored.select_page(after=after, limit=1_000_000, upto=stop)
        return [
            notification(found)
            for found in self._log.call(page)
            if not topics or found.topic in topics
        ][:limit]

    def max_notification_id(self) -> int | None:
        return self._log.call(self._log.stored.head()) or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return LogSubscription(self._log, self, gt, topics)


@dataclass(frozen=True, slots=True)
class Placed:
    """A notification as our subscription knows entries of the log: by `position`."""

    notification: Notification

    @property
    def position(self) -> int:
        return self.notification.id


class LogSubscription(Subscription[ApplicationRecorder]):
    """Pulls the pages of `persistence.log.subscription` one by one; topics are chosen here."""

    def __init__(
        self,
        log: OpenLog,
        recorder: ApplicationRecorder,
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        super().__init__(recorder, gt, topics)

        async def read_page(*, after: int, limit: int) -> list[Placed]:
            page = await log.stored.select_page(after=after, limit=limit)
            return [Placed(notification(found)) for found in page]

        self._log = log
        self._pages = subscription.Subscription(read_page, log.wakeup, after=gt or 0).pages()
        self._page: Iterator[Placed] = iter(())
        self._pulling: Future[Sequence[Placed]] | None = None

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            for placed in self._page:
                if not self._topics or placed.notification.topic in self._topics:
                    return placed.notification
            self._pulling = self._log.start(self._pull())
            if self._has_been_stopped:  # by another thread, which may have seen no pull to cancel
                self._pulling.cancel()
            try:
                self._page = iter(self._pulling.result(PATIENCE))
            except CancelledError:
                break
        raise StopIteration

    async def _pull(self) -> Sequence[Placed]:
        return await anext(self._pages)

    def stop(self) -> None:
        super().stop()
        if self._pulling is not None:
            self._pulling.cancel()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._log.call(self._pages.aclose())  # type: ignore[attr-defined]


class LogTrackingRecorder(TrackingRecorder):
    """Checkpoints: `read_checkpoint` and `advance_checkpoint`, as a writer of rows uses them."""

    def __init__(self, log: OpenLog) -> None:
        self._log = log

    def insert_tracking(self, tracking: Tracking) -> None:
        try:
            self._log.call(self._advance(tracking.application_name, tracking.notification_id))
        except CheckpointConflict as conflict:
            raise IntegrityError from conflict

    async def _advance(self, name: str, position: int) -> None:
        async with self._log.database.acquire() as connection, connection.transaction():
            model = ReadModel(name, version=1)
            expected = await read_checkpoint(connection, model)
            if expected is None:
                await set_checkpoint(connection, model, expected := 0)
            if position <= expected:  # a writer follows the log after its checkpoint: never so
                raise CheckpointConflict
            await advance_checkpoint(connection, model, expected=expected, position=position)

    def max_tracking_id(self, application_name: str) -> int | None:
        return self._log.call(self._read(application_name))

    async def _read(self, name: str) -> int | None:
        async with self._log.database.acquire() as connection:
            return await read_checkpoint(connection, ReadModel(name, version=1))


def notification(found: LoggedEvent) -> Notification:
    """The event as the library has it, without its workspace."""
    return Notification(
        originator_id=found.originator_id,
        originator_version=found.originator_version,
        topic=found.topic,
        state=found.state,
        id=found.id,
    )


def stored(notification: Notification) -> StoredEvent:
    """The event without its position."""
    return StoredEvent(
        originator_id=notification.originator_id,
        originator_version=notification.originator_version,
        topic=notification.topic,
        state=notification.state,
    )
