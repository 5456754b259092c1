"""The pace: how fast attempts are begun, over all webhooks of the node. To begin one takes some of
the event loop's time, which whoever gives commands and hears of them needs first: where the loop is
late, fewer are begun, and where it is not, more.
"""

import asyncio
from collections import deque

TICK = 0.005
"""Seconds between two looks at the loop."""

LATE = 0.02
"""Seconds by which it may be late."""

MOST = 16
"""Attempts that are begun between two looks."""


class Pace:
    """Whoever wants to begin an attempt waits for a turn, in the order in which they come."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._looking: asyncio.Task[None] | None = None
        self._size = 1.0
        self._left = 0
        """Turns until the next look."""

    async def turn(self) -> None:
        """Wait for a turn."""
        if self._left and not self._waiting:
            self._left -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="pacing webhooks")
        await turn

    async def _look(self) -> None:
        """Give turns until nobody wants any."""
        loop, is_wanted = asyncio.get_running_loop(), True
        try:
            while is_wanted:
                self._left = int(self._size)
                while self._waiting and self._left:
                    turn = self._waiting.popleft()
                    if not turn.done():  # whoever waited may have been cancelled
                        turn.set_result(None)
                        self._left -= 1
                due = loop.time() + TICK
                await asyncio.sleep(TICK)
                is_late = loop.time() - due > LATE
                is_wanted = self._left < int(self._size)
                self._size = max(self._size / 2, 1.0) if is_late else min(self._size + 0.5, MOST)
        finally:
            self._left, self._looking = 0, None
