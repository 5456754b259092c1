"""The attempts: which of the events that wait may be sent now, and when the next one may.

an event fails        its channel waits, twice as long with each failure
another one too       so the receiver may be away: events that have not failed yet are tried one
                      at a time, twice as far apart with each that fails
one goes well         the others are sent again; after several failures in a row, those that have
                      failed as well, at once
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

from transport.webhooks.pauses import Pauses
from transport.webhooks.window import Waiting

AT_ONCE = 8
"""Events of different channels that are under way to one receiver."""

AWAY_AFTER = 5
"""Failures in a row that were the receiver's, and not the events'."""


@dataclass(slots=True)
class Attempts:
    """Those at one receiver. Times are those of the monotonic clock."""

    pauses: Pauses
    failures: int = 0
    """In a row, whichever the event. Whoever begins with some tries one event at once."""
    rests_until: float = -math.inf
    """No attempt before then."""
    _fresh_failures: int = 0
    """In a row, of events that had not failed before."""
    _fresh_due: float = -math.inf

    def __post_init__(self) -> None:
        self._fresh_failures = min(self.failures, 1)

    def due(self, waiting: Waiting) -> float:
        """When an event may be sent."""
        own = waiting.due if waiting.failures else self._fresh_due
        return max(own, self.rests_until)

    def may_begin(self, waiting: Waiting, under_way: Collection[Waiting]) -> bool:
        """Whether an event may be sent beside those that are under way, which are less than
        AT_ONCE."""
        is_tried = self._fresh_failures and not waiting.failures
        return not is_tried or all(other.failures for other in under_way)

    def failed(self, waiting: Waiting, now: float, *, asked: float) -> None:
        """An event has failed; its receiver has `asked` for a pause of so many seconds."""
        if not waiting.failures:
            self._fresh_failures += 1
            if self._fresh_failures > 1:
                self._fresh_due = now + self.pauses.after(self._fresh_failures - 1)
        self.failures += 1
        waiting.failures += 1
        waiting.due = now + self.pauses.after(waiting.failures)
        self.rests_until = max(self.rests_until, now + asked)

    def went_well(self, others: Collection[Waiting], now: float) -> None:
        """An event is delivered; `others` wait."""
        if self.failures >= AWAY_AFTER:
            for waiting in others:
                waiting.due = now
        self.failures = self._fresh_failures = 0
        self._fresh_due = -math.inf
