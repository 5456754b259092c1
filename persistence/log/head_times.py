"""Head times: when this node first knew that the log goes to a position. By them the lag of whoever
follows the log is told in seconds too, by one clock and without a look into the log."""

import time
from collections import deque
from collections.abc import Callable

GRAIN = 0.5
"""Seconds that one mark stands for: lags are told so much too long at most."""

KEPT = 7_200
"""Marks: an hour of a log that never rests. A lag that is longer is told as that."""


class HeadTimes:
    """The positions to which the log has gone, each with the time at which that was known."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[int, float]] = deque(maxlen=KEPT)

    def reached(self, head: int) -> None:
        """The log is known to go to `head`."""
        marks, now = self._marks, self._clock()
        if not marks:
            marks.append((head, now))
        elif head > marks[-1][0]:
            if now - marks[-1][1] < GRAIN:
                marks[-1] = (head, marks[-1][1])
            else:
                marks.append((head, now))

    def behind(self, position: int) -> float:
        """For how many seconds the log has been known to go beyond a position; 0 where it is not
        known to."""
        since = None
        for head, at in reversed(self._marks):
            if head <= position:
                break
            since = at
        return 0.0 if since is None else self._clock() - since

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._marks.clear()
