"""The loop of a load whose sockets stay open over many turns: a thread of its own, which answers
their pings while others have their turn."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

import uvloop

from benchmarks import cores

T = TypeVar("T")


class LoadLoop:
    """Runs on the load's core until the block ends."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def __enter__(self) -> "LoadLoop":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, part: Coroutine[Any, Any, T]) -> T:
        """What the part returns; whoever asks waits for it."""
        return asyncio.run_coroutine_threadsafe(part, self._loop).result()

    def _run(self) -> None:
        with cores.pinned(cores.LOAD):  # of this thread alone
            self._loop.run_forever()
