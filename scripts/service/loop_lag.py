"""The lag of the event loop: how late it comes to a timer, which is how long everybody waits for
their turn at that moment."""

import asyncio
from time import monotonic

from prometheus_client import Histogram

INTERVAL = 0.5
"""Seconds between two timers."""


async def measure_loop_lag(lag: Histogram) -> None:
    """Measure for ever."""
    while True:
        due = monotonic() + INTERVAL  # uvloop's own clock has whole milliseconds
        await asyncio.sleep(INTERVAL)
        lag.observe(max(monotonic() - due, 0.0))
