"""`kanal tail`: the log as JSON lines, as far as it goes or for as long as it grows."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import Notification

from persistence.database import Database
from persistence.stored_events import StoredEvents
from persistence.subscription import Subscription
from persistence.wakeup import Wakeup

PAGE_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event as a line of JSON. It is not decoded by topic, so that any event has one."""

    position: int
    text: str


async def print_events(database_url: str, *, after: int, follow: bool) -> None:
    """Print the events beyond `after`; with `follow` until SIGINT or SIGTERM.

    Raises Unavailable at the start; while following it waits for the database to come back.
    """
    database = Database(database_url)
    await database.open()
    try:
        stored = StoredEvents(database)

        async def read_lines(*, after: int, limit: int) -> list[LogLine]:
            page = await stored.select_page(after=after, limit=limit)
            return [_line(notification) for notification in page]

        if not follow:
            while page := await read_lines(after=after, limit=PAGE_SIZE):
                print("\n".join(line.text for line in page))
                after = page[-1].position
            return
        async with _until_stopped() as stopped:
            wakeup = Wakeup(database)
            subscription = Subscription(read_lines, wakeup, after=after, page_size=PAGE_SIZE)
            tasks = [
                asyncio.create_task(wakeup.run()),
                asyncio.create_task(_print_pages(subscription)),
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


async def _print_pages(subscription: Subscription[LogLine]) -> None:
    async for page in subscription.pages():
        print("\n".join(line.text for line in page), flush=True)


@contextlib.asynccontextmanager
async def _until_stopped() -> AsyncIterator[asyncio.Event]:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    yield stopped


def _line(notification: Notification) -> LogLine:
    state = json.loads(notification.state, object_hook=_plain)
    return LogLine(
        notification.id,
        json.dumps(
            {
                "position": notification.id,
                "stream": str(notification.originator_id),
                "version": notification.originator_version,
                "topic": notification.topic,
                "state": state,
            },
            ensure_ascii=False,
        ),
    )


def _plain(value: dict[str, Any]) -> Any:
    """A tagged value of eventsourcing's transcoder (`_type_`, `_data_`) as its data alone."""
    return value["_data_"] if value.keys() == {"_type_", "_data_"} else value
