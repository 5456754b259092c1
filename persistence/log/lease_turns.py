"""The turns at a lease: of all nodes one holds it, and of the others one does when it is free."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from persistence.database.pool import Database
from persistence.log.wakeup import HEARTBEAT, Wakeup
from persistence.read_models.lease import Lease, begin, try_lease
from persistence.read_models.models import ReadModel

TAKE_OVER_INTERVAL = 0.5
"""Seconds between two attempts to take it, once nobody seems to have it."""

TAKE_OVER_ATTEMPTS = 2
"""The first may end a session that stands still, and the second find its lock free."""

Look = Callable[[Mapping[ReadModel, int]], object]
"""Is told the positions of all read models whenever there was a look at the lease."""


class LeaseTurns:
    """Waits for one lease, by its name."""

    def __init__(self, database: Database, wakeup: Wakeup, what: str) -> None:
        self._database = database
        self._wakeup = wakeup
        self._what = what

    async def run(
        self, hold: Callable[[Lease], Awaitable[None]], *, look: Look = lambda _: None
    ) -> None:
        """Call `hold` whenever the lease is ours, and wait until it is free whenever it has
        returned, or is another's. Raises what `hold` does, and Unavailable."""
        # Postgres does not notify when an advisory lock is released; heartbeats look.
        while True:
            await self._hold_if_free(hold, look)
            await self._wait_until_free(look)

    async def _hold_if_free(self, hold: Callable[[Lease], Awaitable[None]], look: Look) -> None:
        async with self._database.dedicated() as connection:
            for attempt in range(TAKE_OVER_ATTEMPTS):
                if attempt:
                    await asyncio.sleep(TAKE_OVER_INTERVAL)
                is_ours, positions = await try_lease(connection, self._what)
                look(positions)
                if is_ours:
                    lease = await begin(connection)
                    await first_of([hold(lease), lease.renew()])
                    return

    async def _wait_until_free(self, look: Look) -> None:
        """Wait for a heartbeat that finds nobody who holds it."""
        self._wakeup.sought.add(self._what)
        try:
            while True:
                beaten = self._wakeup.next(HEARTBEAT)
                await beaten.wait()
                look(self._wakeup.beat.positions)
                if self._what in self._wakeup.beat.free:
                    return
        finally:
            self._wakeup.sought.discard(self._what)


async def first_of(parts: Sequence[Awaitable[object]]) -> None:
    """Return, or raise, as the first of them does; the others are cancelled."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
