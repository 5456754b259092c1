"""Delivery: follows the log and says each emission to the sockets of its audience, in order.

It is the only place that emits what happened, and it knows only what is committed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from engineio.packet import Packet

from domain.event_log import RecordedEvent
from projections.channel_emissions import emissions_of
from transport.packets import event_packet
from transport.sessions import Sessions


class Follower(Protocol):
    """A subscription to the log."""

    def pages(self) -> AsyncIterator[Sequence[RecordedEvent]]: ...


class Delivery:
    """Delivers what the log says after `position`, where it begins, for ever."""

    def __init__(
        self,
        follower: Follower,
        sessions: Sessions,
        send: Callable[[str, Packet], None],
        *,
        position: int,
    ) -> None:
        self._follower = follower
        self._sessions = sessions
        self._send = send
        self.position = position
        """Everything up to here has been queued for whoever was listening."""

    async def run(self) -> None:
        """Follow and deliver. Raises what the subscription raises."""
        async for page in self._follower.pages():
            for recorded in page:
                self._deliver(recorded)

    def _deliver(self, recorded: RecordedEvent) -> None:
        # Without an await: a session that begins to listen does so before a position or after.
        for emission in emissions_of(recorded) if self._sessions.has_listeners else ():
            packet = event_packet(emission.event, emission.payload)
            for session in self._sessions.audience(emission.audience):
                self._send(session.eio_sid, packet)
        self.position = recorded.position
