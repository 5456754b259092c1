"""Turns: of what many clients ask for at once, a few get on in each turn of the loop.

After a restart all of them come back together; whoever is there is to hear meanwhile what happens.
"""

import asyncio


class Turns:
    """Lets at most so many get on in a turn of the loop."""

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def come(self) -> None:
        """Return when it is one's turn: what follows, up to the next wait, is done in it."""
        async with self._places:
            await asyncio.sleep(0)
