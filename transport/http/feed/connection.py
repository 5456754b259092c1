"""The connection of one stream. Its own task sends through Sanic, and waits until the connection
takes more; what is the same for many streams is written to it as it is, where nothing waits."""

import asyncio
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse

STALLED = 20.0
"""Seconds in which a reader must have read what waits for it, which is a page at most and what the
connection has buffered."""


class StreamConnection:
    """Sends to the reader of one stream."""

    def __init__(self, request: Request, response: HTTPResponse) -> None:
        """`response` was begun, without a length, so that it is sent in chunks."""
        transport: Any = request.transport  # which Sanic's own type tells little of
        self._transport: asyncio.Transport = transport
        self._response = response
        self.is_stalled = False
        """Whether its reader was let go, who read nothing."""

    async def send(self, text: bytes) -> None:
        """Send text once the connection takes it. Raises CancelledError where it does not for too
        long."""
        try:
            async with asyncio.timeout(STALLED):
                await self._response.send(text)
        except TimeoutError:
            self.is_stalled = True
            self._transport.abort()
            raise asyncio.CancelledError from None

    @property
    def takes_at_once(self) -> bool:
        """Whether nothing waits to be sent, so that a write need not wait either."""
        transport = self._transport
        return not transport.get_write_buffer_size() and not transport.is_closing()

    def write(self, chunk: bytes) -> None:
        """Write text that is a chunk already, behind all that was sent, where `takes_at_once`, and
        while nobody waits in `send`."""
        self._transport.write(chunk)
