"""Turns: of what is dear, little is done at a time, and those who wait go on one of each user after
the other."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.errors import Unavailable


class Turns:
    """Lets `at_once` go on together, and of those that wait one of each user after the other."""

    def __init__(self, at_once: int, *, patience: float | None = None) -> None:
        """`patience` is how many seconds somebody waits in `of`; None for as long as it takes."""
        self._places = at_once
        self._patience = patience
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def of(self, user_id: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._patience):
                await self.begin(user_id)
        except TimeoutError:
            raise Unavailable("too many ask for the same just now; try again") from None
        try:
            yield
        finally:
            self.end()

    async def begin(self, whose: str) -> None:
        """Wait for a turn; `end` ends it."""
        if self._places:
            self._places -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.end()  # it was given the turn all the same
            raise

    def end(self) -> None:
        """Give the place to the next that waits."""
        while self._waiting:
            whose, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[whose] = turns  # behind the others
            if not turn.done():
                turn.set_result(None)
                return
        self._places += 1
