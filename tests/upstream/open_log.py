"""Our log, open on an event loop in a thread of its own, for callers that cannot await."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.stored_events import StoredEvents
from persistence.log.wakeup import Wakeup
from tests.support.clients import PATIENCE

T = TypeVar("T")


class OpenLog:
    """The parts of the log; `call` runs what they offer and waits for it."""

    def __init__(self, database_url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.database = Database(database_url)
        self.queue = AppendQueue(self.database)
        self.stored = StoredEvents(self.database)
        self.wakeup = Wakeup(self.database)
        self._loop = loop
        self._running: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        await self.database.open()
        self._running = [asyncio.create_task(part.run()) for part in (self.queue, self.wakeup)]

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.database.close()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.start(coroutine).result(PATIENCE)


@contextmanager
def open_log(database_url: str) -> Iterator[OpenLog]:
    """The log of a database, its schema made where it is missing."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    log = OpenLog(database_url, loop)
    try:
        log.call(log.open())
        yield log
    finally:
        log.call(log.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
