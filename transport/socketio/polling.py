"""The outbox: what waits to be sent to one connection, with its size known and bounded.

It stands in for the queue of python-engineio's socket, whose writer takes all that is there at once
and sends it piece by piece; what has been taken counts as unsent until more is asked for.
"""

import asyncio
from typing import Any

from engineio.packet import CLOSE, NOOP, Packet

from transport.socketio.packets import Burst, Message, size_of

LOW_PART = 16
"""A sixteenth of the limit is little: the writer takes no more at once, and who can wait does."""

MOST_AT_ONCE = 16
"""Packets that are taken at once; python-engineio's client refuses a polling answer with more."""


class Outbox(asyncio.Queue[Any]):
    """A queue of packets; `unsent` is in bytes, and should stay within `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._little = limit // LOW_PART
        self._taken = self._packets_taken = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.unsent = 0

    async def room(self) -> None:
        """Wait until little is unsent."""
        await self._has_room.wait()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits, and nothing that was taken is still being sent."""
        return self.unsent == 0 and not self._queue  # type: ignore[attr-defined]

    def push(self, sent: Message | Burst) -> bool:
        """Send messages behind all that waits; never waits. Whether more waits now than may."""
        for message in sent.messages:
            self.put_nowait(message)
        return self.unsent > self._limit

    def drain(self) -> list[Any]:
        """Take all that waits, for whoever sends it from now on."""
        packets = list(self._queue)  # type: ignore[attr-defined]
        self._queue.clear()  # type: ignore[attr-defined]
        self._count(-self.unsent)
        self._taken = self._packets_taken = 0
        return packets

    def let_go(self) -> None:
        """Let go of whoever waits to send something, once all that waits is sent."""
        self.end_poll()

    def end(self) -> None:
        """Forget all that is unsent, and let go of whoever waits to send it."""
        self.drain()
        self.end_poll()

    def end_poll(self) -> None:
        """Let go of a polling request that stands open, and would until the next ping."""
        self.put_nowait(Packet(NOOP))

    async def get(self) -> Any:
        """The next packet; the packets that were taken before have been sent."""
        self._count(-self._taken)
        self._taken = self._packets_taken = 0
        return await super().get()

    def get_nowait(self) -> Any:
        """One more packet. Raises QueueEmpty, also where enough has been taken at once."""
        if self._packets_taken and (
            self._taken > self._little
            or self._packets_taken >= MOST_AT_ONCE
            or self._is_close_next()
        ):
            raise asyncio.QueueEmpty
        return super().get_nowait()

    def _is_close_next(self) -> bool:
        """Whether the end is next, which goes alone: of a polling answer that holds it, the stock
        client takes in the rest once it has connected again, when it has asked for that anew."""
        following = self._queue[0] if self._queue else None  # type: ignore[attr-defined]
        return following is not None and following.packet_type == CLOSE

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._count(size_of(item))

    def _get(self) -> Any:
        item = super()._get()
        self._taken += size_of(item)
        self._packets_taken += 1
        return item

    def _count(self, more: int) -> None:
        self.unsent += more
        if self.unsent > self._little:
            self._has_room.clear()
        else:
            self._has_room.set()
