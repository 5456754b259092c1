"""The listeners of one service: a process that holds their sockets and counts what they hear.

It has events made ready by another process, the next ones while some are on their way, so that the
service always has something to say and never more than was asked for.
"""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Protocol

import psutil
import uvloop

from benchmarks import cores
from benchmarks.making import make_events
from benchmarks.measure import Plan, Sample
from benchmarks.servers import Server
from benchmarks.sockets import CountingSocket, open_sockets

PATIENCE = 30.0


@dataclass(frozen=True)
class Listening:
    """So many sockets at a service, and how many events are made ready at once."""

    server: Server
    token: str
    sockets: int
    burst: int
    on: tuple[int, ...] = tuple(cores.LOAD)
    """The cores of the listeners."""


class Trial(Protocol):
    """Measures once what the sockets hear."""

    def __call__(self, plan: Plan) -> Sample: ...


@contextmanager
def listeners(listening: Listening) -> Iterator[Trial]:
    """Open the sockets; answers a trial of what they hear."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    asking, asked = socket.socketpair()
    with cores.pinned(list(listening.on)):
        processes = [
            context.Process(target=make_events, args=(listening.server, listening.burst, asked)),
            context.Process(target=_listen, args=(listening, asking, theirs)),
        ]
        for process in processes:
            process.start()
    for end in (theirs, asking, asked):
        end.close()

    def trial(plan: Plan) -> Sample:
        ours.send(plan)
        sample: Sample = ours.recv()
        return sample

    try:
        ours.recv()
        yield trial
    finally:
        ours.close()
        for process in processes:
            process.join()


def _listen(listening: Listening, asking: socket.socket, plans: Connection) -> None:
    listeners = _Listeners(listening, asking)
    plans.send(None)
    while (plan := listeners.next_plan(plans)) is not None:
        plans.send(listeners.trial(plan))


class _Listeners:
    """The sockets, read by a plain loop: it costs half of what an event loop's callbacks would."""

    def __init__(self, listening: Listening, asking: socket.socket) -> None:
        self._server = psutil.Process(listening.server.pid)
        self._burst = listening.burst
        self._asking = asking
        self._goal = self._behind = self._made = 0
        self._sockets = uvloop.run(self._open(listening))
        self._reads = {each.fileno(): each.read for each in self._sockets}
        self._readable = select.epoll()
        for number in self._reads:
            self._readable.register(number, select.EPOLLIN)

    async def _open(self, listening: Listening) -> list[CountingSocket]:
        tokens = [listening.token] * listening.sockets
        server = listening.server
        sockets = await open_sockets(
            server.url, tokens, kind=server.protocol.socket, on_frames=self._heard
        )
        for each in sockets:
            each.pause_reading()
        return sockets

    def next_plan(self, plans: Connection) -> Plan | None:
        """The plan of the next trial, meanwhile pings are answered; None at the end."""
        self._readable.register(plans.fileno(), select.EPOLLIN)
        try:
            while not plans.poll():
                self._read()
            plan: Plan = plans.recv()
            return plan
        except EOFError:
            return None
        finally:
            self._readable.unregister(plans.fileno())

    def trial(self, plan: Plan) -> Sample:
        """Listen for a while; a moment of warming up comes first."""
        self._keep_busy(plan.warm_up)
        heard, began = self._frames(), time.perf_counter()
        used, busy = self._server_seconds(), time.process_time()
        self._keep_busy(plan.seconds)
        seconds = time.perf_counter() - began
        heard = self._frames() - heard
        used = self._server_seconds() - used
        busy = time.process_time() - busy
        self._reach(self._made)
        return Sample(
            value=heard / seconds,
            columns={
                "events a second": heard / seconds / len(self._sockets),
                "server CPU µs each": used / heard * 1_000_000,
                "server busy %": used / seconds * 100,
                "generator busy %": busy / seconds * 100,
            },
        )

    def _server_seconds(self) -> float:
        """Of a core, that the server has used, with its workers."""
        processes = [self._server, *self._server.children()]
        return sum(sum(process.cpu_times()[:2]) for process in processes)

    def _keep_busy(self, seconds: float) -> None:
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            self._asking.send(b"x")
            self._made += self._burst
            self._reach(self._made - self._burst)

    def _reach(self, frames: int) -> None:
        """Read until every socket has heard so many."""
        self._goal = frames
        self._behind = sum(each.frames < frames for each in self._sockets)
        deadline = time.perf_counter() + PATIENCE
        while self._behind:
            self._read()
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{self._behind} sockets have not heard all")

    def _read(self) -> None:
        """Read all that can be read, after waiting for it for a while."""
        reads = self._reads
        for number, _ in self._readable.poll(1.0):
            if number in reads:
                reads[number]()

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames - frames < self._goal <= each.frames:
            self._behind -= 1

    def _frames(self) -> int:
        return sum(each.frames for each in self._sockets)
