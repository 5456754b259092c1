"""The wake-up: LISTEN on a dedicated connection, so that subscriptions and those who wait for a
checkpoint need not poll often.

A notification carries no event, and a lost one costs a heartbeat and nothing else: each heartbeat
reads where the head of the log is, once for all subscriptions of the node.

While a node follows the log from a stream (`log_source.py`), what the stream brings wakes, and
Postgres notifies it of nothing. It is asked where the log ends twice a second, since access that is
taken back cannot wait until it shows that a stream stands still.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from domain.errors import Unavailable
from persistence.database.pool import Connection, Database
from persistence.log.head_times import HeadTimes
from persistence.log.heard_channels import HeardChannels
from persistence.log.log_source import LogSource
from persistence.read_models.checkpoints import CHECKPOINT_CHANNEL
from persistence.read_models.lease import Beat, read_beat
from persistence.webhooks.webhook_table import WEBHOOKS_CHANNEL

logger = logging.getLogger(__name__)

LOG_CHANNEL: Final = "kanal_log"

CONCERNING: Final = "kanal_log, what concerns this node"
"""Wakes those who only want what concerns the node, at once where something does, and for all else
at the next heartbeat. No notify channel has this name."""

HEARTBEAT: Final = "a heartbeat"
"""Wakes those who want to know what a heartbeat has found. No notify channel has this name."""

_NOTIFIED = (LOG_CHANNEL, CHECKPOINT_CHANNEL, WEBHOOKS_CHANNEL)
"""The notify channels that are listened to."""

HEARTBEAT_INTERVAL = 2.0
"""Seconds between two statements on the listening connection: a dead link shows in no other way."""

LOOK_INTERVAL = 0.5
"""Seconds between two looks at where the log ends, while a stream is followed."""

HEARTBEAT_TIMEOUT = 1.0
"""Seconds by which a heartbeat may be late."""


async def say_nothing(_: Connection) -> None:
    """The heartbeat of who is no node."""


class Wakeup:
    """Wakes those who wait for one of the notify channels, while a task executes `run`."""

    def __init__(
        self,
        database: Database,
        heartbeat: Callable[[Connection], Awaitable[None]] = say_nothing,
        source: LogSource | None = None,
    ) -> None:
        """`heartbeat` is what a node says with each of its heartbeats on the listening connection,
        every HEARTBEAT_INTERVAL. `source` is Postgres, unless the node may follow a stream."""
        self._database = database
        self._source = source or LogSource()
        self._source.changed = self._look
        self._looked_for = asyncio.Event()
        """Set when a heartbeat is not to wait for its time."""
        self._heartbeat = heartbeat
        self._next = {channel: asyncio.Event() for channel in (*_NOTIFIED, CONCERNING, HEARTBEAT)}
        self.sought: set[str] = set()
        """The read models that this node would write."""
        self.beat = Beat(0, frozenset(), {})
        """What the last heartbeat found."""
        self.concerns: Callable[[str], bool] = lambda _: True
        """Whether the events of a workspace concern the node, by the workspace's tag."""
        self.concerned_upto = 0
        """The highest position that is known to concern it."""
        self._is_owed = False
        """Whether something was appended for which those of CONCERNING were not woken yet."""
        self.listening = asyncio.Event()
        """Set while notifications arrive."""
        self._heartbeat_at = float("-inf")
        """When a heartbeat was answered last, by the monotonic clock."""
        self.head = 0
        """The highest position that was notified. The log may be further, and where somebody else
        has sent a notification, not as far."""
        self.times = HeadTimes()
        """When the log was known to go to where."""
        self.committing: int | None = None
        """The backend process id of a commit of this node that is under way. The append queue wakes
        the followers itself, and the notification may arrive before the answer."""
        self._foretold: deque[int] = deque(maxlen=1_024)
        """Positions that `appended` has woken for; their notifications are still to come."""

    @property
    def is_listening(self) -> bool:
        return self.listening.is_set()

    @property
    def is_alive(self) -> bool:
        """Whether whoever waits will be woken, so that it need not look for itself."""
        late = time.monotonic() - self._heartbeat_at - HEARTBEAT_INTERVAL
        return self.is_listening and late < HEARTBEAT_TIMEOUT

    def next(self, channel: str) -> asyncio.Event:
        """The event that is set at the next notification.

        Get it before reading, so that what is appended between the read and the wait wakes too.
        """
        return self._next[channel]

    def wake(self, channel: str) -> None:
        """Wake everyone who waits for `channel`."""
        self._set(channel)
        if channel == LOG_CHANNEL:
            self.wake(CONCERNING)
        elif channel == CONCERNING:
            self._is_owed = False

    def _set(self, channel: str) -> None:
        event, self._next[channel] = self._next[channel], asyncio.Event()
        event.set()

    def forget(self) -> None:
        """Drop what was notified: the log is in another epoch from here on."""
        self._source.forget()
        self.head = self.concerned_upto = 0
        self.times.forget()
        self._foretold.clear()
        for channel in self._next:
            self.wake(channel)

    def appended(self, position: int, said: str) -> None:
        """Wake the followers for what this node has committed up to `position`, and do not wake
        them again when its notification arrives. `said` is whom it concerns, as that says it."""
        self._foretold.append(position)
        self._wake_for(position, said)

    async def run(self) -> None:
        """Listen for ever; reconnect with exponential backoff."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_random_exponential(multiplier=0.1, max=1),
        ):
            with attempt:
                await self._listen(attempt.retry_state.attempt_number)

    async def _listen(self, attempt: int) -> None:
        try:
            async with self._database.dedicated() as connection:
                connection.add_termination_listener(lambda _: self._look())
                heard = HeardChannels(connection, self._notified)
                await self._hear(heard)
                logger.info("listening for appends (attempt %d)", attempt)
                self.listening.set()
                while True:
                    self._heartbeat_at = time.monotonic()
                    await self._rest(connection)
                    await self._database.check(connection)
                    await self._hear(heard)
                    await self._heartbeat(connection)
                    known = self.head
                    self.beat = await read_beat(connection, self.sought)
                    self.wake(HEARTBEAT)
                    head = self.beat.head
                    await self._give_time(head)
                    self._source.beat(head)
                    if head < known == self.head:  # somebody else has sent what is not so
                        self.head, self.concerned_upto = head, min(head, self.concerned_upto)
                        self.times.forget()
                    if not self._has_found(head) and self._is_owed:
                        self.wake(CONCERNING)
        finally:
            self.listening.clear()

    async def _hear(self, heard: HeardChannels) -> None:
        """Be notified of what is to be heard from Postgres, by the source that is followed."""
        is_stream = self._source.is_stream
        if is_stream:
            self.wake(WEBHOOKS_CHANNEL)  # nothing else would tell of a change of an operator
        if await heard.hear([] if is_stream else _NOTIFIED):
            for channel in self._next:
                self.wake(channel)

    async def _rest(self, connection: Connection) -> None:
        """Wait until the next heartbeat is due. While a stream is followed, find meanwhile what it
        has not brought."""
        due = time.monotonic() + HEARTBEAT_INTERVAL
        while (left := due - time.monotonic()) > 0 and not self._looked_for.is_set():
            if not self._source.is_stream:
                await wait_at_most(self._looked_for, left)
                continue
            await wait_at_most(self._looked_for, min(left, LOOK_INTERVAL))
            if left <= LOOK_INTERVAL:
                break  # the heartbeat looks as well
            head: int = await connection.fetchval("SELECT position FROM log_head")
            await self._give_time(head)
            self._has_found(head)
        self._looked_for.clear()

    async def _give_time(self, head: int) -> None:
        """Give the stream time to bring what is there."""
        self._source.is_there(head)
        await self._source.reached(head)

    def _has_found(self, head: int) -> bool:
        """Wake for what nobody has told of, if there is any."""
        self.times.reached(head)
        if head <= self.head:
            return False
        self.head = head
        self.wake(LOG_CHANNEL)
        return True

    def _look(self) -> None:
        self._looked_for.set()

    def brought(self, position: int, said: str) -> None:
        """Wake the followers for what the stream has brought, up to a position."""
        self._wake_for(position, said)

    def _notified(self, _: object, process: int, channel: str, payload: object) -> None:
        if channel == LOG_CHANNEL and process == self.committing:
            return
        if channel == LOG_CHANNEL and (said := _SAID.fullmatch(str(payload))):
            position = int(said[1])
            # Notifications arrive in the order of the commits.
            while self._foretold and self._foretold[0] <= position:
                if self._foretold.popleft() == position:
                    return
            self._wake_for(position, said[2])
        else:
            self.wake(channel)

    def _wake_for(self, position: int, said: str) -> None:
        """Wake those who follow the log, and of the others those whom it concerns."""
        self.head = max(self.head, position)
        self.times.reached(position)
        self._source.is_there(position)
        if not said or any(map(self.concerns, said.split())):
            self.concerned_upto = max(self.concerned_upto, position)
            self.wake(LOG_CHANNEL)
        else:
            self._is_owed = True
            self._set(LOG_CHANNEL)


_SAID = re.compile("([0-9]{1,19})((?: [0-9a-f]{1,8})*)")
"""A position, and the tags of the workspaces that it concerns; without any it concerns all."""


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
