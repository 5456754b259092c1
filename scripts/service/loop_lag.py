"""The lag of the event loop: how late it comes to a timer, which is how long everybody waits for
their turn at that moment."""

import asyncio

from prometheus_client import Histogram

INTERVAL = 0.5
"""Seconds between two timers."""


async def measure_loop_lag(lag: Histogram) -> None:
    """Measure for ever."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + INTERVAL
        await asyncio.sleep(INTERVAL)
        lag.observe(max(clock() - due, 0.0))
