"""The meter: counts what each user or address takes of a rate, and says how long to wait for more.

It is the generic cell rate algorithm (ITU-T I.371): of each key it keeps one number, the time at
which all that it has taken will have been given back by the rate. That is a token bucket which need
not be filled. Decision 27 says what a library would cost here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from transport.limits.rate import Rate

MAX_KEYS = 100_000
"""Keys that a meter knows; beyond them, it forgets the one that took something longest ago."""


class Meter:
    """Counts by key what is taken of a rate; `rate.quota` may be taken at once."""

    def __init__(
        self, rate: Rate, *, max_keys: int = MAX_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate = rate
        self._interval = rate.window / rate.quota
        self._max_keys = max_keys
        self._clock = clock
        self._paid_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._paid_at)

    def take(self, key: str) -> float:
        """Take one; the seconds until there is one to take, and nothing is taken, or 0."""
        now = self._clock()
        paid_at = max(self._paid_at.get(key, now), now) + self._interval
        if (wait := paid_at - now - self.rate.window) > _ROUNDING:
            return wait
        self._paid_at[key] = paid_at
        self._paid_at.move_to_end(key)
        self._forget(now)
        return 0.0

    def wait(self, key: str) -> float:
        """The seconds until there is one to take, or 0 where there is."""
        if key not in self._paid_at:
            return 0.0
        now = self._clock()
        wait = max(self._paid_at[key], now) + self._interval - now - self.rate.window
        return wait if wait > _ROUNDING else 0.0

    def give_back(self, key: str) -> None:
        """Take one less than was taken."""
        if key in self._paid_at:
            self._paid_at[key] -= self._interval

    def _forget(self, now: float) -> None:
        """Forget who has nothing taken any more, a few at each turn, and whoever is too many."""
        for _ in range(2):
            key = next(iter(self._paid_at))
            if self._paid_at[key] > now and len(self._paid_at) <= self._max_keys:
                return
            del self._paid_at[key]
            if not self._paid_at:
                return


_ROUNDING = 1e-9
"""Seconds: the sum of many intervals is not exactly the window."""
