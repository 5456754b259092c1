"""Pacing: when many clients ask at once, a few of their requests are served in each turn of the
event loop, of one address or user after the other.

After a restart all clients come back together; between them, live events are to be delivered.
"""

import asyncio

from transport.limits.turns import Turns


class Pacing:
    """Lets at most `per_turn` callers go on in one turn of the event loop."""

    def __init__(self, per_turn: int) -> None:
        self._turns = Turns(per_turn)

    async def wait_for_turn(self, whose: str = "") -> None:
        """Return in a turn that has a place: it is taken until the caller awaits anything else.

        `whose` is the address or the user that it counts for.
        """
        await self._turns.begin(whose)
        try:
            await asyncio.sleep(0)
        finally:
            self._turns.end()
