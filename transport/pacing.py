"""Pacing: when many clients ask at once, a few of their requests are served in each turn of the
event loop.

After a restart all clients come back together; between them, live events are to be delivered.
"""

import asyncio


class Pacing:
    """Lets at most `per_turn` callers go on in one turn of the event loop."""

    def __init__(self, per_turn: int) -> None:
        self._places = asyncio.Semaphore(per_turn)

    async def wait_for_turn(self) -> None:
        """Return in a turn that has a place: it is taken until the caller awaits anything else."""
        async with self._places:
            await asyncio.sleep(0)
