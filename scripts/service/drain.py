"""The drain: what a node does between the signal to stop and its end. It says that it is not ready,
goes on serving until balancers have seen that, and then lets its sockets go, spread over some
seconds, so that all of them do not fall on the next node at once."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from transport.sockets.dispatch import SocketEvents

LET_GO_PER_SECOND = 2_000
"""Sockets. A node opens and authenticates about as many that come back, and others share them."""

LONGEST_SPREAD = 10.0
"""Seconds, however many sockets there are."""

LAST_REQUEST = 2.0
"""Seconds in which a node that gives way has a connection's next request, and answers that it is
the last one."""

STOP = 5.0
"""Seconds that the stop after the drain may take."""


def stops_within(seconds: float) -> float:
    """Seconds from a signal to the end of a node that drains for so many, at most."""
    return max(seconds, LAST_REQUEST) + LONGEST_SPREAD + STOP


class Drain:
    """The drain of one node; `begun` is set when it is told to go."""

    def __init__(self, seconds: float) -> None:
        """`seconds` until balancers have seen that the node is not ready. With 0 there are none to
        look, and the sockets are not spread either."""
        self._seconds = seconds
        self._gives_way = False
        self._cut_short = asyncio.Event()
        self.begun = asyncio.Event()

    def begin(self) -> None:
        """Begin, unless it has begun."""
        self.begun.set()

    def signal(self) -> None:
        """Begin, or where it has begun, end it at once."""
        if self.begun.is_set():
            self._cut_short.set()
        self.begun.set()

    def give_way(self) -> None:
        """Another process serves at the same port already."""
        self._gives_way = True
        self.begun.set()

    def give_way_at_once(self) -> None:
        """Another process wants the port."""
        self.give_way()
        self.skip()

    def skip(self) -> None:
        """Go at once."""
        self.begun.set()
        self._cut_short.set()

    async def run(self, sockets: SocketEvents, stop_accepting: Callable[[], object]) -> None:
        """Return when the node may stop: the waiting is over, and its sockets are let go."""
        if self._gives_way:
            stop_accepting()
        seconds = LAST_REQUEST if self._gives_way else self._seconds
        if seconds:
            await self._unless_cut_short(asyncio.sleep(seconds))
            await self._unless_cut_short(sockets.let_go(self._spread(len(sockets))))

    def _spread(self, count: int) -> float:
        return min(count / LET_GO_PER_SECOND, LONGEST_SPREAD)

    async def _unless_cut_short(self, part: Coroutine[object, object, None]) -> None:
        running = asyncio.create_task(part)
        cut_short = asyncio.create_task(self._cut_short.wait())
        try:
            await asyncio.wait([running, cut_short], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (running, cut_short):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
