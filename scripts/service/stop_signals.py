"""The signals that stop the service, and how the last ones are ignored: once the stop is under way,
up to that of an embedded Postgres, nothing is to interrupt it."""

import asyncio
import signal
from contextlib import suppress

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ignore_stop_signals() -> None:
    """Ignore them from now on, in all threads, also once the event loop has ended."""
    loop = asyncio.get_running_loop()
    # A mask holds for this thread alone, and the signal may come to one that libuv has started.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    for number in STOP_SIGNALS:
        with suppress(KeyboardInterrupt):
            loop.remove_signal_handler(number)  # else the loop does it at its end, and
        signal.signal(number, signal.SIG_IGN)  # puts back what Python does by itself
