"""Reading ahead: for those who go through the log page by page, so that Postgres reads the next
page while they are at one."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from domain.errors import Unavailable

T = TypeVar("T")

TURNS = 3
"""Of the event loop before a page is used: so many it takes until what reads the next one has a
connection, asks, and the question is sent. Whoever uses the page may not let the loop go on."""


async def ahead(
    read: Callable[[int], Coroutine[Any, Any, Sequence[T]]],
    position: Callable[[T], int],
    *,
    after: int,
) -> AsyncGenerator[Sequence[T]]:
    """The pages that `read` answers, each after the `position` of the last event of the one before,
    until one is empty. Raises what it does."""
    reading = asyncio.create_task(read(after))
    try:
        while page := await _answer(reading, read, after):
            after = position(page[-1])
            reading = asyncio.create_task(read(after))
            for _ in range(TURNS):
                await asyncio.sleep(0)
            yield page
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _answer(
    reading: "asyncio.Task[Sequence[T]]",
    read: Callable[[int], Coroutine[Any, Any, Sequence[T]]],
    after: int,
) -> Sequence[T]:
    try:
        return await reading
    except Unavailable:
        # Whoever used the page before may have held up the loop, as one does that writes to a pipe
        # which nobody empties: then the time for this one is over when its answer is looked at.
        return await read(after)
