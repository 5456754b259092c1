"""Aborts the connections of clients that are gone, a few in each turn of the event loop, so that
others are served in between when many are gone at once."""

import asyncio
from collections import deque
from typing import Protocol

ABORTED_PER_TURN = 5


class Abortable(Protocol):
    """A connection."""

    async def abort(self) -> None:
        """End it at once."""


class LostConnections:
    """Connections whose clients are gone, until they are aborted."""

    def __init__(self) -> None:
        self._waiting: deque[Abortable] = deque()
        self._is_running = False

    def add(self, connection: Abortable) -> None:
        self._waiting.append(connection)
        if not self._is_running:
            self._is_running = True
            # The loop keeps the task, which goes on in its next turn.
            asyncio.ensure_future(self._run())  # noqa: RUF006

    async def _run(self) -> None:
        while self._waiting:
            for _ in range(min(ABORTED_PER_TURN, len(self._waiting))):
                await self._waiting.popleft().abort()
            await asyncio.sleep(0)
        self._is_running = False
