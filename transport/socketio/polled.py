"""What a connection is while its client polls: its polls, each answered once, and the payloads that
come meanwhile.

A polling request is served by the request's own task.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from engineio import packet as eio_packet
from engineio.async_socket import AsyncSocket
from engineio.exceptions import QueueEmpty
from engineio.packet import Packet

from transport.socketio.outbox import Outbox
from transport.socketio.sender import Sender

TOGETHER = 0.05
"""Seconds that an answer waits for what the payload that is being served brings about."""

UPGRADING_PAUSE = 0.1
"""Seconds that a poll waits for something while its client upgrades, which switches after it."""


class Polled(AsyncSocket):  # type: ignore[misc]
    """A connection over long-polling."""

    queue: Sender
    """An `Outbox`, and then the WebSocket; python-engineio calls what sends a queue."""
    upgrading: bool
    upgraded: bool
    latest_mark = ""
    """That of the latest poll."""
    _serving = 0
    """Payloads of polling requests that are being served."""
    _served: asyncio.Event | None = None
    """While somebody waits until they are."""

    @property
    def is_polled(self) -> bool:
        """Whether its client polls, as far as it knows, and may go on."""
        return self.connected and not (self.upgraded or self.closing or self.closed)

    def is_repeated(self, mark: str) -> bool:
        """Whether a poll with this mark is the one before, sent again by the client's HTTP library
        or by a proxy, since its answer was lost on the way.

        Clients write a `t` that is another one each time; where it counts whole seconds (.NET), or
        there is none, it says nothing.
        """
        return mark == self.latest_mark and mark != "" and not mark.isdecimal()

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Serve a poll, or make a WebSocket of the request. Raises QueueEmpty, Malformed,
        SanicException."""
        if self.upgraded or "HTTP_UPGRADE" in environ:
            return await super().handle_get_request(environ)
        return await self.answer()

    async def answer(self) -> list[Packet]:
        """What `poll` answers; where that is nothing, the connection ends. Raises QueueEmpty."""
        try:
            return await self.poll()
        except QueueEmpty:
            await self.close(wait=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise

    async def poll(self) -> list[Packet]:
        """What the answer to a polling request holds. Raises QueueEmpty where the client has not
        answered a ping meanwhile, or has given the request up."""
        outbox = self.queue
        assert isinstance(outbox, Outbox)
        if outbox.is_ready and not self._serving:
            return await outbox.take_answer()
        try:
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                while self.upgrading:
                    await outbox.until_released()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(UPGRADING_PAUSE):
                            return await outbox.take_answer()
                    if not outbox.is_held:
                        return [Packet(eio_packet.NOOP)]
                await outbox.until_ready()
                if self._serving:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(TOGETHER):
                            await self.served()
                return await outbox.take_answer()
        except (TimeoutError, asyncio.CancelledError):
            raise QueueEmpty from None

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A payload is being served."""
        self._serving += 1
        try:
            yield
        finally:
            self._serving -= 1
            if self._served is not None and not self._serving:
                self._served.set()
                self._served = None

    @property
    def is_serving(self) -> bool:
        """Whether a payload is being served."""
        return self._serving > 0

    async def served(self) -> None:
        """Return once no payload is being served."""
        while self._serving:
            self._served = self._served or asyncio.Event()
            await self._served.wait()
