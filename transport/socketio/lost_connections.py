"""Aborts the connections of clients that are gone, one in each turn of the event loop, so that
others are served in between when many are gone at once."""

import asyncio
from collections import deque
from typing import Protocol


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
        # To end one takes about a tenth of a millisecond, and what others ask for some fifteen
        # turns, so that what is added to each of those is kept small.
        while self._waiting:
            await self._waiting.popleft().abort()
            await asyncio.sleep(0)
        self._is_running = False
