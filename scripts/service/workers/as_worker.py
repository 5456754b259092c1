"""A node's side of the pipe to its parent: it says when it is ready and how it is, asks how all of
them are, and is told when to give way."""

import asyncio
import socket
from collections.abc import Callable
from typing import Self

import msgspec

from scripts.service.drain import Drain
from scripts.service.workers.pipe import (
    AllReports,
    AskReport,
    AskReports,
    GiveWay,
    Pipe,
    Ready,
    Report,
    StopAtOnce,
)
from transport.node_report import NodeReport, Reports

ANSWERS_WITHIN = 3.0
"""Seconds; the parent waits for the workers a shorter time."""

_decoder = msgspec.json.Decoder[NodeReport | None](NodeReport | None)


class AsWorker:
    """This process as one of the workers."""

    def __init__(self, name: str, pipe: Pipe) -> None:
        self.name = name
        self._pipe = pipe
        self._asked: asyncio.Future[Reports] | None = None

    @classmethod
    async def open(cls, name: str, end: socket.socket) -> Self:
        return cls(name, await Pipe.open(end))

    def ready(self, stops_within: float) -> None:
        self._pipe.send(Ready(stops_within))

    async def run(self, report: Callable[[], NodeReport], drain: Drain) -> None:
        """Serve the parent until it is gone; the drain is told what it says."""
        async for message in self._pipe.received():
            match message:
                case AskReport():
                    self._pipe.send(Report(msgspec.Raw(msgspec.json.encode(report()))))
                case AllReports(reports) if self._asked is not None:
                    self._asked.set_result(
                        {name: _decoder.decode(report) for name, report in reports.items()}
                    )
                    self._asked = None
                case GiveWay():
                    drain.give_way()
                case StopAtOnce():
                    drain.skip()

    async def reports(self, own: NodeReport) -> Reports:
        """Those of all workers, or this node's `own` where the parent does not answer."""
        if self._asked is None:
            self._asked = asyncio.get_running_loop().create_future()
            self._pipe.send(AskReports())
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await asyncio.shield(self._asked)
        except TimeoutError:
            return {self.name: own}
