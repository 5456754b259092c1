"""A TCP server of a test, which leaves no connection behind at its end: neither one that is served
nor one that was accepted a moment ago."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_BECOMING = 5
"""Turns of the loop, more than it takes until what was accepted is a connection."""


@asynccontextmanager
async def tcp_server(serve: Serve, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve at a port of loopback, which is the value. A connection is closed when `serve` is done
    with it; at the end each `serve` that is not is cancelled."""
    serving: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            serving.discard(task)
            writer.close()  # here, since a task that is cancelled before it begins does nothing

        task = asyncio.create_task(served(reader, writer))
        task.add_done_callback(ended)
        serving.add(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls, backlog=1_024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        # Nothing is accepted any more. What was accepted a moment ago becomes a connection first: a
        # server that is closed before would leave it open, and serve it no more.
        asyncio.get_running_loop().remove_reader(server.sockets[0].fileno())
        for _ in range(_BECOMING):
            await asyncio.sleep(0)
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
