"""The courier: brings one webhook what the log has for it, while it holds nobody else up. One task
reads the log (`reading.py`), another sends what is due, each attempt in its own."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from persistence.log.epochs import Lineage
from persistence.log.wakeup import Wakeup, wait_at_most
from persistence.webhooks.sending import Noted
from persistence.webhooks.webhook import Webhook
from projections.feed.feed import Feed
from projections.feed.rewound import rewound
from transport.webhooks.attempts import AT_ONCE, AWAY_AFTER, Attempts
from transport.webhooks.destinations import Destinations
from transport.webhooks.message import Message, headers_of
from transport.webhooks.pace import Pace
from transport.webhooks.pauses import Pauses
from transport.webhooks.reading import Reading
from transport.webhooks.receiver import Answer, Outcome, Receiver
from transport.webhooks.window import Waiting, Window

logger = logging.getLogger(__name__)

READS_AT_ONCE = 2
"""Pages of the log that are read for all webhooks that are far behind."""

FENCED = 0.2
"""Seconds until it is asked again whether anything may be sent."""


class Measured(Protocol):
    """Is told of each attempt."""

    def __call__(self, outcome: Outcome, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class CourierParts:
    """What all couriers of a node are made of."""

    feed: Feed
    wakeup: Wakeup
    lineage: Callable[[], Lineage]
    """The epochs of the log that is followed."""
    destinations: Destinations
    pauses: Pauses
    measured: Measured
    pace: Pace = field(default_factory=Pace)
    reads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READS_AT_ONCE))


class Courier:
    """Sends to one webhook, while a task executes `run`."""

    def __init__(self, webhook: Webhook, parts: CourierParts, may_send: Callable[[], bool]) -> None:
        """`may_send` answers whether this node is the one that sends."""
        self.webhook = webhook
        """As the operator wants it; one that is to be sent otherwise has another courier."""
        self._parts = parts
        self._may_send = may_send
        self._lineage = parts.lineage()
        shared = self._lineage.shared_with_epoch(webhook.log)
        after = min(webhook.position, shared)
        self._window = Window(after, [each for each in webhook.ahead if each <= shared])
        self._is_told = asyncio.Event()
        """Set once the receiver knows in which log it is."""
        if webhook.log == self._lineage.epochs[-1].id:
            self._is_told.set()
        else:
            event = rewound(self._lineage, shared)
            self._window.put(after, "", Message(event.id, event.json))
        self._changed = asyncio.Event()
        self._reading = Reading(
            webhook, self._window, parts.feed, parts.wakeup, parts.reads, changed=self._changed
        )
        self._attempts = Attempts(parts.pauses, webhook.attempts)
        self._under_way: set[Waiting] = set()
        self.idle = asyncio.Event()
        """Set while no attempt is under way."""
        self.idle.set()
        self._failing_since = webhook.failing_since
        self._last = (webhook.last_attempt_at, webhook.last_status, webhook.last_error)
        self._noted_trouble: str | None = None
        self.is_over = False
        """Whether nothing more is sent before an operator resumes it."""
        self.is_spent = False
        """Whether another courier is to take its place, if anything is sent."""
        self._has_ended_an_attempt = False
        """Since it was noted."""
        self._noted_position = webhook.position

    @property
    def position(self) -> int:
        """Everything of the log up to here is delivered, or not for this webhook."""
        return self._window.position if self._is_told.is_set() else self._window.looked

    @property
    def waiting(self) -> int:
        """How many events are in memory for it."""
        return self._window.waiting

    @property
    def has_news(self) -> bool:
        """Whether an attempt has ended, or the log could not be read, that was not noted."""
        return self._has_ended_an_attempt or self._reading.trouble != self._noted_trouble

    @property
    def has_looked(self) -> bool:
        """Whether it has come further than was noted."""
        return self.position != self._noted_position

    def note(self) -> Noted:
        """How far it is, for who writes that down."""
        self._has_ended_an_attempt, self._noted_position = False, self.position
        self._noted_trouble = trouble = self._reading.trouble
        webhook, window, told = self.webhook, self._window, self._is_told.is_set()
        at, status, error = self._last
        due = self._next_due() if self._attempts.failures or self._has_failed else None
        return Noted(
            id=webhook.id,
            revision=webhook.revision,
            log=self._lineage.epochs[-1].id if told else webhook.log,
            position=window.position if told else webhook.position,
            ahead=window.ahead if told else list(webhook.ahead),
            failing_since=self._failing_since,
            attempts=self._attempts.failures,
            last_status=status,
            last_error=trouble or error,
            last_attempt_at=at,
            next_attempt_in=None if due is None else max(due - time.monotonic(), 0.0),
            gives_up=self.is_over,
        )

    async def run(self) -> None:
        """Send for ever, until it is over. Raises NotAllowed, where the URL cannot be one."""
        url, destinations = self.webhook.url, self._parts.destinations
        receiver = Receiver(url, destinations, at_once=AT_ONCE)
        async with receiver, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(), name="reading for a webhook")
            while True:
                self._changed.clear()
                if self._next() is None:
                    await wait_at_most(self._changed, self._until_next())
                    continue
                await self._parts.pace.turn()
                if (waiting := self._next()) is not None:
                    self._under_way.add(waiting)
                    self.idle.clear()
                    tasks.create_task(self._attempt(receiver, waiting), name="sending to a webhook")

    async def _read(self) -> None:
        await self._is_told.wait()
        await self._reading.run()

    def _next(self) -> Waiting | None:
        """The oldest event that may be sent now."""
        if self.is_over or self._is_full or not self._may_send():
            return None
        now, attempts, under_way = time.monotonic(), self._attempts, self._under_way
        due = (
            each
            for each in self._window.firsts()
            if each not in under_way
            and attempts.due(each) <= now
            and attempts.may_begin(each, under_way)
        )
        return next(due, None)

    @property
    def _is_full(self) -> bool:
        """Whether no more may be under way."""
        return len(self._under_way) == AT_ONCE

    def _next_due(self) -> float | None:
        """When the next attempt is due; None where nothing waits for one."""
        rest = (each for each in self._window.firsts() if each not in self._under_way)
        return min(map(self._attempts.due, rest), default=None)

    def _until_next(self) -> float:
        """Seconds until there may be something to do without a change."""
        if not self._may_send():
            return FENCED
        due = None if self.is_over or self._is_full else self._next_due()
        return 3_600.0 if due is None else max(due - time.monotonic(), FENCED)

    async def _attempt(self, receiver: Receiver, waiting: Waiting) -> None:
        began, now = time.monotonic(), datetime.now(UTC)
        headers = headers_of(waiting.message, self.webhook.secrets.at(now), now)
        try:
            answer = await receiver.post(headers, waiting.message.body)
        finally:
            self._under_way.discard(waiting)
            if not self._under_way:
                self.idle.set()
        self._parts.measured(answer.outcome, time.monotonic() - began)
        if answer.outcome is Outcome.DELIVERED:
            self._went_well(waiting, answer)
        else:
            self._failed(waiting, answer)
        self._has_ended_an_attempt = True
        self._changed.set()

    @property
    def _has_failed(self) -> bool:
        """Whether an event waits to be tried again."""
        return any(waiting.failures for waiting in self._window.firsts())

    def _went_well(self, waiting: Waiting, answer: Answer) -> None:
        if self._attempts.failures >= AWAY_AFTER:
            logger.info("webhook %s: its receiver is back", self.webhook.id)
        self._window.delivered(waiting)
        self._attempts.went_well(self._window.firsts(), time.monotonic())
        self._failing_since = None
        status, error = self._last[1:] if self._has_failed else (answer.status, None)
        self._last = (datetime.now(UTC), status, error)
        self._is_told.set()
        self._reading.goes_on()

    def _failed(self, waiting: Waiting, answer: Answer) -> None:
        now = datetime.now(UTC)
        asked = self._parts.pauses.asked_for(answer.retry_after, now)
        self._attempts.failed(waiting, time.monotonic(), asked=asked)
        self._failing_since = self._failing_since or now
        self._last = (now, answer.status, answer.error)
        if self._attempts.failures == AWAY_AFTER:
            logger.warning("webhook %s: its receiver fails: %s", self.webhook.id, answer.error)
        failing_for = (now - self._failing_since).total_seconds()
        if answer.is_gone or failing_for >= self._parts.pauses.gives_up_after:
            self.is_over = True
            logger.error(
                "webhook %s is paused, since its receiver %s; it goes on after position %d once it"
                " is resumed",
                self.webhook.id,
                "wants no more" if answer.is_gone else f"has failed for {failing_for:.0f} seconds",
                self.position,
            )
