"""A worker as its parent sees it: a process, when it is ready, how it is, when it has ended."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

import msgspec

from scripts.service.workers.pipe import (
    AllReports,
    AskReport,
    AskReports,
    GiveWay,
    Message,
    Pipe,
    Ready,
    Report,
    StopAtOnce,
)

PROGRAM = "scripts.cli.worker"

ANSWERS_WITHIN = 0.5
"""Seconds in which a worker says how it is; one that is late is not waited for again until then."""

NO_REPORT = msgspec.Raw(b"null")

STARTS_WITHIN = 10.0
"""Seconds in which one ends that is told to stop before it is ready."""


class WorkerProcess:
    """One process, from its start to its end."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        pipe: Pipe,
        all_reports: Callable[[], Awaitable[dict[str, msgspec.Raw]]],
    ) -> None:
        self.name = name
        self.stops_within = STARTS_WITHIN
        self._process = process
        self._pipe = pipe
        self._all_reports = all_reports
        self._clock = asyncio.get_running_loop().time
        self._is_ready = asyncio.Event()
        self._ready_at: float | None = None
        self._asked: asyncio.Future[msgspec.Raw] | None = None
        self._is_late = False
        self._answering: set[asyncio.Task[None]] = set()
        self._ending = asyncio.create_task(self._follow(), name=name)

    @classmethod
    async def start(
        cls,
        name: str,
        listener: socket.socket,
        all_reports: Callable[[], Awaitable[dict[str, msgspec.Raw]]],
    ) -> Self:
        """Start a fresh interpreter that inherits the listening socket. `all_reports` is asked on
        behalf of the worker."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the current directory is not ours to import
                "-m",
                PROGRAM,
                name,
                str(listener.fileno()),
                str(theirs.fileno()),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=[listener.fileno(), theirs.fileno()],
                process_group=0,  # Ctrl-C is the parent's to pass on
            )
        return cls(name, process, await Pipe.open(ours), all_reports)

    async def is_ready(self) -> bool:
        """Wait until it accepts requests; False where it has ended instead."""
        waiting = asyncio.create_task(self._is_ready.wait())
        await asyncio.wait([waiting, self._ending], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        return self._is_ready.is_set() and not self._ending.done()

    @property
    def seconds_ready(self) -> float:
        """For how long it has accepted requests until now."""
        return 0.0 if self._ready_at is None else self._clock() - self._ready_at

    def when_ended(self, callback: Callable[[Self], None]) -> None:
        self._ending.add_done_callback(lambda _: callback(self))

    async def ended(self) -> int:
        """Wait for its end, and answer its exit status; negative for a signal."""
        return await asyncio.shield(self._ending)

    async def report(self) -> msgspec.Raw:
        """How it is; NO_REPORT where it does not say."""
        if self._ending.done() or not self._is_ready.is_set() or self._is_late:
            return NO_REPORT
        if self._asked is None:
            self._asked = asyncio.get_running_loop().create_future()
            self._pipe.send(AskReport())
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await asyncio.shield(self._asked)
        except TimeoutError:
            self._is_late = True
            return NO_REPORT

    def give_way(self) -> None:
        self._pipe.send(GiveWay())

    def stop_at_once(self) -> None:
        self._pipe.send(StopAtOnce())

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _follow(self) -> int:
        async for message in self._pipe.received():
            self._serve(message)
        self._pipe.close()
        return await self._process.wait()

    def _serve(self, message: Message) -> None:
        match message:
            case Ready(stops_within):
                self.stops_within = stops_within
                self._ready_at = self._clock()
                self._is_ready.set()
            case Report(report) if self._asked is not None:
                self._asked.set_result(report)
                self._asked, self._is_late = None, False
            case AskReports():
                answering = asyncio.create_task(self._answer())
                self._answering.add(answering)
                answering.add_done_callback(self._answering.discard)

    async def _answer(self) -> None:
        self._pipe.send(AllReports(await self._all_reports()))
