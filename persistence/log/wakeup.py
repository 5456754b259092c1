"""The wake-up: LISTEN on a connection of its own, so that whoever follows the log need not poll.

A notification only wakes; what is there to read, the reader finds out from the log. One that is
lost costs a poll interval and nothing else.
"""

import asyncio
import logging
import re
from collections import deque
from typing import Final

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.read_models.checkpoints import CHECKPOINT_CHANNEL

logger = logging.getLogger(__name__)

LOG_CHANNEL: Final = "kanal_log"

HEARTBEAT_INTERVAL = 2.0
"""Seconds between two signs of life asked of the listening connection: a dead link tells nobody."""


class Wakeup:
    """Wakes those who wait for one of the two notify channels; run it in a task."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next = {LOG_CHANNEL: asyncio.Event(), CHECKPOINT_CHANNEL: asyncio.Event()}
        self.is_listening = False
        self.head = 0
        """The highest position of the log that was heard of. It may be less than there is, and more
        where somebody else has notified."""
        self.committing: int | None = None
        """The server's process that a commit of this node is under way in: who commits wakes the
        followers itself, and the notification of it may come before its answer."""
        self._foretold: deque[int] = deque(maxlen=1_024)
        """Positions that followers were woken for before the notification."""

    def next(self, channel: str) -> asyncio.Event:
        """The event that is set at the next notification.

        Take it before reading: what is appended between the read and the wait then still wakes.
        """
        return self._next[channel]

    def wake(self, channel: str) -> None:
        """Wake everyone who waits for `channel`."""
        event, self._next[channel] = self._next[channel], asyncio.Event()
        event.set()

    def forget(self) -> None:
        """Count as having heard of nothing: the log is another one from here on."""
        self.head = 0
        self._foretold.clear()
        for channel in self._next:
            self.wake(channel)

    def appended(self, position: int) -> None:
        """This node has committed up to `position`: wake who follows the log, and not once more
        when the notification of it comes."""
        self.head = max(self.head, position)
        self._foretold.append(position)
        self.wake(LOG_CHANNEL)

    async def run(self) -> None:
        """Listen for ever, reconnecting with growing pauses."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_random_exponential(multiplier=0.1, max=1),
        ):
            with attempt:
                await self._listen(attempt.retry_state.attempt_number)

    async def _listen(self, attempt: int) -> None:
        try:
            async with self._database.dedicated() as connection:
                ended = asyncio.Event()
                connection.add_termination_listener(lambda _: ended.set())
                for channel in self._next:
                    await connection.add_listener(channel, self._notified)
                logger.info("listening for appends (attempt %d)", attempt)
                self.is_listening = True
                for channel in self._next:  # what was missed while away
                    self.wake(channel)
                while True:
                    await wait_at_most(ended, HEARTBEAT_INTERVAL)
                    await connection.execute("SELECT 1")
                    await self._database.check(connection)
        finally:
            self.is_listening = False

    def _notified(self, _: object, process: int, channel: str, payload: object) -> None:
        if channel == LOG_CHANNEL and process == self.committing:
            return
        if channel == LOG_CHANNEL and _POSITION.fullmatch(str(payload)):
            self.head = max(self.head, position := int(str(payload)))
            # Notifications come in the order of the commits.
            while self._foretold and self._foretold[0] <= position:
                if self._foretold.popleft() == position:
                    return
        self.wake(channel)


_POSITION = re.compile("[0-9]{1,19}")


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
