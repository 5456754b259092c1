"""The sending side of a connection, which counts what is unsent: an `Outbox` over long-polling, and
the WebSocket itself from the upgrade on."""

from typing import Protocol

from engineio.packet import Packet

from transport.socketio.packets import Burst, Message

LOW_WATER_DIVISOR = 16


def low_water_mark(high_water_mark: int) -> int:
    """The unsent bytes at or below which a replay goes on, from those beyond which a connection is
    aborted."""
    return high_water_mark // LOW_WATER_DIVISOR


class Sender(Protocol):
    """Sends packets to one client in the order in which they are handed over."""

    __slots__ = ()

    @property
    def unsent(self) -> int:
        """Bytes that wait to be sent or are being sent."""
        ...

    def push(self, sent: Message | Burst) -> bool:
        """Send messages after all that waits, without waiting. Whether the unsent bytes now exceed
        the high-water mark."""
        ...

    def put_nowait(self, packet: Packet) -> None:
        """Send a packet after all that waits, without waiting."""

    async def put(self, packet: Packet) -> None:
        """Send a packet as `put_nowait` does; python-engineio awaits it."""

    async def wait_until_low(self) -> None:
        """Backpressure: wait until the unsent bytes have fallen to the low-water mark, or nothing
        is sent any more."""

    def answer_poll(self) -> None:
        """Answer a polling request that stands open, if there is one."""

    def hold_poll(self) -> None:
        """Answer no polling request until one of the next two."""

    def release_poll(self) -> None:
        """Answer polling requests again, and the one that stands open at once."""

    def break_held_poll(self) -> None:
        """Where polling requests are held: let the one that stands open, or else the next, fail."""

    def close(self) -> None:
        """End the transport after all that waits, in a way after which the client reconnects."""

    def abort(self) -> None:
        """End the transport at once and drop all that waits."""
