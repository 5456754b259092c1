"""The source: from where a node hears of what is appended, and takes it. It is Postgres, or the
stream that a relay fills with the log, for as long as that keeps up.

    heartbeat        head 40     head 57     head 80     head 91
    the stream       at 40       at 55       at 56       at 91
                                 past 40:    not at 57:  past 80:
                                 followed    Postgres    followed again

A stream is followed while it has come, at each heartbeat, to where the log ended at the one before.
So whatever stands still on the way, relay or NATS, Postgres is read again a few seconds later. What
is in the log is the same either way, and who reads it by its position needs not know from where it
comes.
"""

import asyncio
import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

MAY_BE_BEHIND = 1.5
"""Seconds, a heartbeat's interval and not one out of turn."""

PATIENCE = 0.25
"""Seconds that a stream which is followed has to bring what Postgres has already."""


class LogSource:
    """Which of the two a node follows; Postgres, until a stream is `opened`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.is_stream = False
        """Whether the stream is followed."""
        self.position = 0
        """Up to here the stream has brought the log."""
        self.why = "it was not opened yet"
        """Why the stream is not followed, while it is not."""
        self.changed: Callable[[], None] = lambda: None
        """Called when another of the two is followed."""
        self._head = 0
        """The highest position that is known to be there."""
        self._is_open = False
        self._is_told = False
        """Whether the log has a line that says that the stream is not followed."""
        self._is_late = False
        """Whether it has not brought in time what Postgres has, and nothing since."""
        self._ended_at: tuple[int, float] | None = None
        """Where the log ended at a heartbeat, and when that was, by the monotonic clock."""
        self._advanced = asyncio.Event()

    def opened(self, position: int) -> None:
        """A stream is there, and brings what lies beyond a position."""
        self._is_open = True
        self.position = position
        self._wake()

    def brought(self, position: int) -> None:
        """It has brought the log up to a position."""
        self.position, self._is_late = position, False
        self._wake()

    def is_there(self, position: int) -> None:
        """The log is known to have a position, by whatever has told of it."""
        self._head = max(self._head, position)

    def closed(self, why: str) -> None:
        """There is none, or none that can be used."""
        self._is_open = False
        self._leave(why)

    def forget(self) -> None:
        """The log is in another epoch from here on, and has another stream."""
        was_stream, self.is_stream, self._is_open = self.is_stream, False, False
        self._ended_at, self.position, self._head = None, 0, 0
        self.why = "the log goes on as another"
        if was_stream:
            self.changed()
        self._wake()

    def beat(self, head: int) -> None:
        """A heartbeat has found where the log ends."""
        now = self._clock()
        if self._ended_at is None:
            self._ended_at = (head, now)
        before, since = self._ended_at
        if now - since < MAY_BE_BEHIND:
            return
        self._ended_at = (head, now)
        if not self._is_open:
            return
        if self.position < before:
            self._leave(f"it stands still at position {self.position}, and the log is at {head}")
        elif not self.is_stream:
            self.is_stream, self._is_late, self._is_told, self.why = True, False, False, ""
            logger.info("following the log from its stream, at position %d", self.position)
            self.changed()

    async def reached(self, position: int) -> None:
        """Return once the stream has brought the log up to a position, or is late with it. That is
        at once where it is not followed, or nothing is known to be there."""
        is_owed = self.position < position <= self._head
        if self.is_stream and is_owed and not self._is_late:
            try:
                async with asyncio.timeout(PATIENCE):
                    while self.is_stream and self.position < position:
                        await self._advanced.wait()
            except TimeoutError:
                self._is_late = True

    def _leave(self, why: str) -> None:
        self.why = why
        was_stream, self.is_stream = self.is_stream, False
        if not self._is_told:
            self._is_told = True
            logger.warning("following the log from Postgres, and not from its stream: %s", why)
        if was_stream:
            self.changed()
        self._wake()

    def _wake(self) -> None:
        advanced, self._advanced = self._advanced, asyncio.Event()
        advanced.set()
