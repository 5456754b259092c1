"""Slow consumers: connections with more unsent bytes than the high-water mark. Each is aborted, and
its client comes back and resumes.

The server adds them as it sends (`server.py`); the sender of each connection counts what is
unsent (`sender.py`).
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class SlowConsumers:
    """The slow consumers whose connections have not ended yet, by Engine.IO id."""

    def __init__(self, abort: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        self._abort = abort
        self._eio_sids: set[str] = set()

    def add(self, eio_sid: str) -> None:
        """Abort a connection in the next turn of the event loop: who sends may be iterating over
        the sessions that it sends to."""
        if eio_sid not in self._eio_sids:
            self._eio_sids.add(eio_sid)
            asyncio.get_running_loop().call_soon(self._begin_abort, eio_sid)

    def discard(self, eio_sid: str) -> None:
        """A connection has ended."""
        self._eio_sids.discard(eio_sid)

    def _begin_abort(self, eio_sid: str) -> None:
        logger.info("aborting a connection: too much waits to be sent to it")
        # The loop keeps the task, which ends in a few turns.
        asyncio.ensure_future(self._abort(eio_sid))  # noqa: RUF006
