"""The append queue, between the commands and the log: it appends the events of many commands in one
transaction, which gives out their positions (`migrations/0002_append_commands.sql`).

While one batch is committed the commands for the next one gather, so the load decides how large a
batch is, and no command waits for a timer. Which of those that wait are the next, the users' turns
decide (`waiting_commands.py`).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
from eventsourcing.persistence import StoredEvent

from domain.access import ACCESS_TOPICS
from domain.errors import Unavailable
from domain.event_log import StreamConflict
from persistence.database.pool import Connection, Database
from persistence.database.time_budget import APPEND_TIMEOUT, STATEMENT_TIMEOUT
from persistence.log.append_metrics import AppendMetrics
from persistence.log.concern import said_of
from persistence.log.epoch_check import EpochCheck
from persistence.log.waiting_commands import WaitingCommands
from persistence.log.wakeup import LOG_CHANNEL, Wakeup

logger = logging.getLogger(__name__)

MAX_BATCH = 256
"""Commands in one transaction."""

NOT_KNOWN = "it is not known whether the command was recorded"

MAX_WAITING = 10_000
"""Commands that may wait, half of them of one user; with more, the next is refused at once."""


@dataclass(slots=True)  # a frozen one takes three times as long to create
class QueuedCommand:
    events: Sequence[StoredEvent]
    workspace_id: str | None
    epoch: UUID | None
    first_position: "asyncio.Future[int]"
    since: float
    """From when on it waits, by the monotonic clock."""
    committed: Callable[[int], None]


class AppendQueue:
    """Appends stored events, while a task executes `run`."""

    def __init__(
        self,
        database: Database,
        wakeup: Wakeup | None = None,
        epochs: EpochCheck | None = None,
        metrics: AppendMetrics | None = None,
    ) -> None:
        """`wakeup` wakes those who follow the log on this node; None where nobody does."""
        self._database = database
        self._epochs = epochs or EpochCheck()
        self._wakeup = wakeup or Wakeup(database)
        self._waiting = WaitingCommands[QueuedCommand](most=MAX_WAITING)
        self._metrics = metrics or AppendMetrics()
        self._wake = asyncio.Event()
        self._stopped = False

    @property
    def length(self) -> int:
        """How many commands wait for their batch."""
        return len(self._waiting)

    async def append(
        self,
        events: Sequence[StoredEvent],
        workspace_id: str | None,
        committed: Callable[[int], None] = lambda _: None,
        *,
        epoch: UUID | None = None,
        user_id: str = "",
    ) -> int:
        """Commit the events together; returns the position of the first, after the commit.

        `committed` is called with that position as soon as it is known, before anybody who
        follows the log is woken. `epoch` is that of the events by which the command was decided,
        None where it was decided by none; in another epoch it is a StreamConflict. `user_id` says
        in whose turn it is taken.

        Raises StreamConflict, Unavailable. Cancellation of the caller does not cancel the command:
        it is committed or not, as after a timeout.
        """
        if self._stopped or self._waiting.is_full_for(user_id):
            raise Unavailable("too many commands are waiting; try again")
        loop = asyncio.get_running_loop()
        command = QueuedCommand(
            events, workspace_id, epoch, loop.create_future(), monotonic(), committed
        )
        self._waiting.put(user_id, command)
        self._wake.set()
        # A timer, since `asyncio.timeout` would take a quarter of the time of a command here.
        timer = loop.call_later(APPEND_TIMEOUT, _give_up, command)
        try:
            return await command.first_position
        finally:
            timer.cancel()

    async def run(self) -> None:
        """Commit batch after batch, for ever."""
        batch: Sequence[QueuedCommand] = ()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    batch = self._waiting.take(MAX_BATCH)
                    await self._measured(batch)
                    batch = ()
        finally:
            self._stopped = True
            for command in (*batch, *self._waiting.take_all()):
                _fail(command, Unavailable("the service is stopping"))

    async def _measured(self, batch: Sequence[QueuedCommand]) -> None:
        began = monotonic()  # uvloop's own clock has whole milliseconds
        self._metrics.commands.observe(len(batch))
        self._metrics.waited.observe(began - min(command.since for command in batch))
        await self._commit(batch)
        self._metrics.took.observe(monotonic() - began)

    async def _commit(self, batch: Sequence[QueuedCommand]) -> None:
        epoch = None
        try:
            async with self._database.acquire() as connection:
                # The connection may be new, and its check may have found another epoch.
                epoch = self._epochs.epoch
                batch = _of_epoch(batch, epoch)
                events = [event for command in batch for event in command.events]
                self._wakeup.committing = connection.get_server_pid()
                firsts: list[int | None] = await _fetch_or_leave(
                    connection,
                    "SELECT append_commands($1, $2, $3, $4, $5, $6, $7)",
                    [len(command.events) for command in batch],
                    [event.originator_id for event in events],
                    [event.originator_version for event in events],
                    [event.topic for event in events],
                    [event.state for event in events],
                    [command.workspace_id for command in batch for _ in command.events],
                    said := _said_of(batch),
                )
            if epoch != self._epochs.epoch:
                raise Unavailable(NOT_KNOWN)  # it may be in the part of the log that was lost
        except asyncpg.LockNotAvailableError:
            for command in batch:
                _fail(command, Unavailable("the log is locked by an append before; try again"))
            return
        except Exception as error:
            if not isinstance(error, Unavailable):
                logger.exception("an append failed")
            for command in batch:
                _fail(command, Unavailable(NOT_KNOWN))
            self._wakeup.wake(LOG_CHANNEL)  # it may have been committed all the same
            return
        finally:
            self._wakeup.committing = None
        last = 0
        for command, first in zip(batch, firsts, strict=True):
            if first is None:
                _fail(command, StreamConflict())
            else:
                last = first + len(command.events) - 1
                command.committed(first)
                if not command.first_position.done():
                    command.first_position.set_result(first)
        if last:
            self._wakeup.appended(last, said)


async def _fetch_or_leave(connection: Connection, statement: str, *arguments: Any) -> Any:
    """The first value of a statement's result; without one in time the connection is terminated.

    The statement itself is not cancelled: a commit that waits for a synchronous replica would end
    at that, visible to everybody and confirmed by no replica. Left alone, it becomes visible when a
    replica has confirmed it. Raises TimeoutError, and whatever asyncpg does.
    """
    running = asyncio.create_task(connection.fetchval(statement, *arguments, timeout=_NEVER))
    try:
        async with asyncio.timeout(STATEMENT_TIMEOUT):
            return await asyncio.shield(running)
    except BaseException:
        if not running.done():
            running.add_done_callback(lambda left: left.cancelled() or left.exception())
            connection.terminate()
        raise


_NEVER = 86_400.0
"""Seconds: a day, since asyncpg has no timeout that is none."""


def _said_of(batch: Sequence[QueuedCommand]) -> str:
    """What the notification says of whom a batch concerns: all, where access is taken back."""
    if any(event.topic in ACCESS_TOPICS for command in batch for event in command.events):
        return ""
    return said_of(command.workspace_id for command in batch)


def _of_epoch(batch: Sequence[QueuedCommand], epoch: UUID | None) -> Sequence[QueuedCommand]:
    """The commands that were decided in an epoch; the others fail, to be decided anew."""
    over = [command for command in batch if command.epoch not in (None, epoch)]
    if not over:
        return batch
    for command in over:
        _fail(command, StreamConflict())
    return [command for command in batch if command.epoch in (None, epoch)]


def _give_up(command: QueuedCommand) -> None:
    _fail(command, Unavailable(NOT_KNOWN))


def _fail(command: QueuedCommand, error: Exception) -> None:
    if not command.first_position.done():
        command.first_position.set_exception(error)
