"""`kanal tail`: prints the log as JSON lines, up to the head or following it."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import Notification

from domain.errors import Conflict
from persistence.database.pool import Database
from persistence.log.epochs import Lineage
from persistence.log.stored_events import StoredEvents
from persistence.log.subscription import Subscription
from persistence.log.wakeup import Wakeup

PAGE_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event as a line of JSON. It is not decoded by topic, so any event has one."""

    position: int
    text: str


class Rewound(Exception):
    """The log is in another epoch than the one that was read; both have positions up to
    `shared`."""

    def __init__(self, shared: int) -> None:
        super().__init__(shared)
        self.shared = shared


class LogLines:
    """Reads the log as lines, each with the id of the epoch of its event."""

    def __init__(self, stored: StoredEvents) -> None:
        self._stored = stored
        self._lineage: Lineage | None = None

    async def read(self, *, after: int, limit: int) -> list[LogLine]:
        """At most `limit` lines beyond a position. Raises Rewound, Unavailable."""
        before = self._lineage or await self._stored.lineage()
        page = await self._stored.select_page(after=after, limit=limit)
        # Read after the page: if an epoch has begun before it, the page is read again.
        self._lineage = lineage = await self._stored.lineage()
        if before != lineage:
            raise Rewound(lineage.shared_with(before))
        return [_line(found, str(lineage.epoch_at(found.id).id)) for found in page]


async def print_events(database_url: str, *, after: int, follow: bool) -> None:
    """Print the events beyond `after`; with `follow` until SIGINT or SIGTERM.

    Where the log is rewound meanwhile, it goes on from what is left, with another id of the log in
    each line, and says so on standard error. Raises Unavailable at the start; while following it
    waits until the database is back.
    """
    database = Database(database_url)
    await database.open()
    try:
        lines = LogLines(StoredEvents(database))
        if not follow:
            try:
                while page := await lines.read(after=after, limit=PAGE_SIZE):
                    print("\n".join(line.text for line in page))
                    after = page[-1].position
            except Rewound:
                raise Conflict("another epoch of the log has just begun; try again") from None
            return
        async with _until_stopped() as stopped:
            wakeup = Wakeup(database)
            tasks = [
                asyncio.create_task(wakeup.run()),
                asyncio.create_task(_print_pages(lines, wakeup, after)),
                asyncio.create_task(stopped.wait()),
            ]
            done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for task in done:
                task.result()
    finally:
        await database.close()


async def _print_pages(lines: LogLines, wakeup: Wakeup, after: int) -> None:
    while True:
        subscription = Subscription(lines.read, wakeup, after=after, page_size=PAGE_SIZE)
        try:
            async for page in subscription.pages():
                print("\n".join(line.text for line in page), flush=True)
        except Rewound as rewound:
            after = min(subscription.position, rewound.shared)
            if after < subscription.position:
                lost = f"positions {after + 1} to {subscription.position} are gone"
                print(f"kanal: the log was rewound: {lost}", file=sys.stderr)


@contextlib.asynccontextmanager
async def _until_stopped() -> AsyncIterator[asyncio.Event]:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    yield stopped


def _line(notification: Notification, log_id: str) -> LogLine:
    state = json.loads(notification.state, object_hook=_plain)
    return LogLine(
        notification.id,
        json.dumps(
            {
                "position": notification.id,
                "log": log_id,
                "stream": str(notification.originator_id),
                "version": notification.originator_version,
                "topic": notification.topic,
                "state": state,
            },
            ensure_ascii=False,
        ),
    )


def _plain(value: dict[str, Any]) -> Any:
    """A value that eventsourcing's transcoder has tagged (`_type_`, `_data_`) without its tag."""
    return value["_data_"] if value.keys() == {"_type_", "_data_"} else value
