"""What runs behind a test until it ends, and waiting for what it brings about."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from tests.support.clients import PATIENCE

T = TypeVar("T")


@asynccontextmanager
async def running(*parts: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run the parts in tasks until the block ends; raise what ended one of them before."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def eventually(condition: Callable[[], Awaitable[T]], *, within: float = PATIENCE) -> T:
    """Ask until the answer is truthy, and answer it. Raises AssertionError after some seconds."""
    answer = None
    try:
        async with asyncio.timeout(within):
            while not (answer := await condition()):
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"still {answer!r} after {within} s") from None
    return answer
