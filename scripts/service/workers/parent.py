"""The parent of the workers, which is the process `kanal serve` where there are several: it has
bound the port, starts them, starts again what dies, replaces them on SIGHUP and ends them. It
serves nothing itself."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from scripts.service.stop_signals import STOP_SIGNALS, ignore_stop_signals
from scripts.service.systemd_notice import STOPPING, tell_systemd
from scripts.service.workers.worker_process import WorkerProcess

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before a worker that has died is started again. The pause is doubled each time, until one
has been ready for as long as the longest."""

MARGIN = 5.0
"""Seconds beyond the time in which a worker says that it stops, after which it is killed."""


class Parent:
    """Keeps `count` workers running, which serve the `listener`."""

    def __init__(self, count: int, listener: socket.socket) -> None:
        self._names = [f"w{number}" for number in range(1, count + 1)]
        self._listener = listener
        self._current: dict[str, WorkerProcess] = {}
        """Those that serve, by name."""
        self._running: set[WorkerProcess] = set()
        """All that have not ended: also those that start, and those that have given way."""
        self._stopping = asyncio.Event()
        self._replacing = asyncio.Event()
        self._retry = asyncio.Event()

    async def run(self, ready: Callable[[], None]) -> int:
        """Run the workers until SIGINT or SIGTERM; `ready` is called when all accept requests.

        Answers the exit status: that of a worker which cannot start, and says why itself. Raises
        OSError where the system starts none.
        """
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._replacing.set)
        starting = asyncio.create_task(self._start_all())
        tasks: list[asyncio.Task[Any]] = [starting, asyncio.create_task(self._stopping.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                return 0
            if status := starting.result():
                return status
            ready()
            tasks += [asyncio.create_task(self._keep(name)) for name in self._names]
            tasks += [asyncio.create_task(self._replace_when_told())]
            (first, *_), _ = await asyncio.wait(tasks[1:], return_when=asyncio.FIRST_COMPLETED)
            first.result()
            return 0
        finally:
            tell_systemd(STOPPING)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # Else the system would still accept for it, when no worker does any more.
            self._listener.close()
            for worker in self._running:
                worker.signal(signal.SIGTERM)
            await asyncio.gather(*[self._ended(worker) for worker in self._running])
            ignore_stop_signals()

    def _stop(self) -> None:
        """For a signal; the second one ends a drain."""
        if self._stopping.is_set():
            for worker in self._running:
                worker.stop_at_once()
        self._stopping.set()

    async def _start_all(self) -> int:
        """Start all; 0 when they are ready. The first one alone, so that what keeps them from
        starting is said once, and the schema is made once."""
        for names in (self._names[:1], self._names[1:]):
            for name in names:
                self._current[name] = await self._start(name)
            for name in names:
                worker = self._current[name]
                if not await worker.is_ready():
                    return max(await worker.ended(), 1)
        return 0

    async def _start(self, name: str) -> WorkerProcess:
        worker = await WorkerProcess.start(name, self._listener, self._reports)
        self._running.add(worker)
        worker.when_ended(self._running.discard)
        return worker

    async def _keep(self, name: str) -> None:
        """Start the worker again, for ever, whenever it has died."""
        pause = FIRST_PAUSE
        while True:
            worker = self._current[name]
            status = await worker.ended()
            if worker.seconds_ready > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            if self._current[name] is worker:
                logger.error("%s has ended (%d); started again in %g s", name, status, pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._retry.wait(), pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            if self._current[name] is worker:
                try:
                    self._take_over(await self._start(name), worker)
                except OSError as error:
                    logger.error("%s cannot be started: %s", name, error.strerror)

    async def _replace_when_told(self) -> None:
        """Replace all, whenever there was a SIGHUP, one by one: a new one is ready before the old
        one gives way. Where it does not become ready, those that serve go on."""
        while True:
            await self._replacing.wait()
            self._replacing.clear()
            self._retry.set()  # those that have died are not waited for
            self._retry.clear()
            logger.info("replacing the workers")
            for name in self._names:
                old = self._current[name]
                try:
                    new = await self._start(name)
                except OSError as error:
                    logger.error("%s cannot be started: %s", name, error.strerror)
                    break
                if not await new.is_ready():
                    logger.error("a new %s does not start: the workers that serve go on", name)
                    break
                self._take_over(new, old)
                await self._ended(old)
                logger.info("%s is replaced", name)

    def _take_over(self, new: WorkerProcess, old: WorkerProcess) -> None:
        """Have the new one serve in the place of the old one, unless another one does already."""
        if self._current[new.name] is old:
            self._current[new.name] = new
            old.give_way()
        else:
            new.give_way()

    async def _ended(self, worker: WorkerProcess) -> None:
        """Wait for the end of one that was told to go; kill it where it does not."""
        try:
            async with asyncio.timeout(worker.stops_within + MARGIN):
                await worker.ended()
        except TimeoutError:
            logger.error("%s does not stop, and is killed", worker.name)
            worker.signal(signal.SIGKILL)
            await worker.ended()

    async def _reports(self) -> dict[str, msgspec.Raw]:
        """How those that serve are."""
        current = dict(self._current)
        reports = await asyncio.gather(*[worker.report() for worker in current.values()])
        return dict(zip(current, reports, strict=True))
