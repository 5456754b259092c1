"""Reading ahead: for those who go through the log page by page, so that Postgres reads the next
page while they are at one."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

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
        while page := await reading:
            reading = asyncio.create_task(read(position(page[-1])))
            for _ in range(TURNS):
                await asyncio.sleep(0)
            yield page
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
