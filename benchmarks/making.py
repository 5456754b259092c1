"""The process that makes events ready for the listeners of one service: so many for each byte.

For Kanal it is another node, which appends them to the log; others are asked by a POST.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from urllib.parse import urlsplit
from uuid import uuid4

import uvloop
from eventsourcing.persistence import StoredEvent

from benchmarks.protocols import WORKSPACE
from benchmarks.servers import Server
from tests.support.node import open_node


def make_events(server: Server, burst: int, asked: socket.socket) -> None:
    """Make a burst ready each time that a byte comes, until the other end is closed."""
    uvloop.run(_make_events(server, burst, asked))


async def _make_events(server: Server, burst: int, asked: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=asked)
    async with AsyncExitStack() as stack:
        make_ready = await _maker(server, burst, stack)
        while await reader.read(1):
            await make_ready()
    writer.close()


async def _maker(
    server: Server, burst: int, stack: AsyncExitStack
) -> Callable[[], Awaitable[object]]:
    if not server.database:
        return await _poster(server, burst)
    node = await stack.enter_async_context(open_node(server.database))

    async def append() -> None:
        events = [StoredEvent(uuid4(), 1, "channel.created", STATE) for _ in range(burst)]
        await node.queue.append(events, WORKSPACE)

    return append


async def _poster(server: Server, burst: int) -> Callable[[], Awaitable[object]]:
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    target, body = server.protocol.emission(burst)
    request = (
        f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()

    async def post() -> bytes:
        nonlocal reader, writer
        if reader.at_eof():  # closed while it was the turn of others
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        size = _CONTENT_LENGTH.search(answer)
        return await reader.readexactly(int(size[1]) if size else 0)

    return post


_CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def state_of(workspace_id: str) -> bytes:
    """The state of an event that creates a channel in a workspace."""
    return STATE.replace(b'"workspace_id":"bench"', b'"workspace_id":"%s"' % workspace_id.encode())


STATE = (
    b'{"timestamp":{"_type_":"datetime_iso","_data_":"2026-01-31T10:28:19.123456+00:00"},'
    b'"originator_topic":"channel","actor_id":"bench","correlation_id":"bench",'
    b'"workspace_id":"bench","name":"a channel","description":null,"is_private":false}'
)
