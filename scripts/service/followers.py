"""The followers: the tasks of one node that follow the log, which are delivery, the follower of
revocations, the runners of the projections, and the sender of webhooks.

Delivery begins at the head of the log. When another epoch begins, the followers are cancelled
wherever they are, all caches of the log are dropped, the sockets are closed, and the followers
begin anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from domain.event_log import UndecodableEvent
from persistence.database.availability import retrying_while_away
from persistence.log.epoch_check import EpochChange, EpochCheck
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.log.subscription import Subscription
from persistence.log.wakeup import CONCERNING, Wakeup
from projections.running.runner import ProjectionRunner
from scripts.service.revocation_follower import RevocationFollower
from scripts.service.sockets import Sockets
from transport.metrics import Metrics
from transport.webhooks.sender import WebhookSender

logger = logging.getLogger(__name__)


class Memory(Protocol):
    """Something that keeps a part of the log in memory."""

    def forget(self) -> None: ...


class Followers:
    """The tasks that follow the log."""

    def __init__(
        self,
        *,
        epochs: EpochCheck,
        log: PostgresEventLog,
        stored: StoredEvents,
        wakeup: Wakeup,
        sockets: Sockets,
        revocations: RevocationFollower,
        metrics: Metrics,
        runners: dict[str, ProjectionRunner],
        webhooks: WebhookSender,
        memories: Sequence[Memory],
    ) -> None:
        """`memories` are those beside the log, the wake-up, the replay pages and the
        revocations."""
        self._epochs = epochs
        self._stored = stored
        self._wakeup = wakeup
        self._sockets = sockets
        self._metrics = metrics
        self._runners = runners
        self._webhooks = webhooks
        self._revocations = revocations
        self._memories: Sequence[Memory] = (
            log, stored, wakeup, sockets.pages, revocations, *memories
        )  # fmt: skip
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._interrupted = asyncio.Event()
        self._stopped_at: dict[str, UndecodableEvent] = {}
        """By name, the event at which a follower ended because it cannot be decoded."""

    @property
    def ended(self) -> list[str]:
        """The followers that have ended, and the event that cannot be decoded, if that is why."""
        return [
            f"{name}: {self._stopped_at[name]}" if name in self._stopped_at else name
            for name, task in self._tasks.items()
            if task.done()
        ]

    def interrupt(self, change: EpochChange) -> None:
        """Cancel the followers for another epoch. From here on nothing of the old one is delivered,
        read from a cache or decided by.

        It is called while a connection is checked, so it awaits nothing; `run` does the rest.
        """
        log_id = change.lineage.log_id
        if change.is_loss:
            self._metrics.log_rewinds.inc()
            logger.critical(
                "the log was rewound: positions %d to %d are gone; it goes on as %s, and clients"
                " that have seen more than position %d are told so",
                change.shared + 1, change.seen, log_id, change.shared,
            )  # fmt: skip
        else:
            logger.warning("another epoch of the log goes on, and nothing is lost: %s", log_id)
        for memory in self._memories:
            memory.forget()
        self._sockets.delivery.pause()
        self.cancel()
        self._interrupted.set()

    async def begin(self, failed: Callable[[], None]) -> None:
        """Start the followers at the head; `failed` is called where one ends, except at an event
        that cannot be decoded. Raises Unavailable."""
        self._stopped_at.clear()
        while True:
            self._interrupted.clear()
            head = await self._stored.head()
            if not self._interrupted.is_set():  # else the head may be that of the old epoch
                break
        assert self._epochs.lineage is not None
        self._sockets.delivery.begin(self._epochs.lineage, head)
        followed = {"revocations": self._revocations.run, "delivery": self._deliver}
        parts = {name: self._or_send_away(follow, head) for name, follow in followed.items()}
        parts |= {name: runner.run() for name, runner in self._runners.items()}
        parts["webhooks"] = self._webhooks.run()
        for name, part in parts.items():
            task = self._tasks[name] = asyncio.create_task(part, name=name)
            task.add_done_callback(lambda task: self._has_ended(task, failed))

    async def run(self, failed: Callable[[], None]) -> None:
        """Start the followers again, for ever, whenever they were interrupted."""
        while True:
            await self._interrupted.wait()
            self.cancel()  # also those that `begin` started meanwhile
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await self._sockets.events.send_away()
            async for attempt in retrying_while_away():
                with attempt:
                    await self.begin(failed)

    def cancel(self) -> None:
        """Cancel all of them."""
        for task in self._tasks.values():
            task.cancel()

    async def wait_ended(self) -> None:
        """Return when all have ended. Raises the error of one that had ended before it was
        cancelled."""
        results = await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for name, result in zip(self._tasks, results, strict=True):
            if isinstance(result, Exception) and name not in self._stopped_at:
                logger.critical("%s stopped: %s", name, result)
                raise result

    async def _deliver(self, head: int) -> None:
        subscription = Subscription(
            self._revocations.read_behind, self._wakeup, after=head, channel=CONCERNING
        )
        await self._sockets.delivery.run(subscription)

    async def _or_send_away(self, follow: Callable[[int], Awaitable[None]], head: int) -> None:
        """Follow for ever; at an event that cannot be decoded, close the sockets, so that their
        clients go to another node and miss nothing."""
        try:
            await follow(head)
        except UndecodableEvent as error:
            await self._sockets.events.send_away(error.message)
            raise

    def _has_ended(self, task: asyncio.Task[None], failed: Callable[[], None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, UndecodableEvent):
            self._stopped_at[task.get_name()] = error
            logger.critical("%s stopped: %s", task.get_name(), error)
        else:
            failed()
