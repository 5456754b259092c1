"""Delivery: follows the log and says each emission to the sockets of its audience, in order.

It is the only place that emits what happened, and it knows only what is committed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from engineio.packet import Packet

from domain.event_log import RecordedEvent
from projections.channel_changes import ChannelChanges
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
        changes: ChannelChanges,
        sessions: Sessions,
        send: Callable[[str, Packet], None],
        *,
        position: int,
    ) -> None:
        self._follower = follower
        self._changes = changes
        self._sessions = sessions
        self._send = send
        self.position = position
        """Everything up to here has been queued for whoever was listening."""

    async def run(self) -> None:
        """Follow and deliver. Raises what the subscription raises."""
        async for page in self._follower.pages():
            for recorded in page:
                await self._deliver(recorded)

    async def _deliver(self, recorded: RecordedEvent) -> None:
        change = None
        if self._sessions.has_listeners(recorded.workspace_id):
            change = await self._changes.change_of(recorded)
        # Without an await from here on: a session begins to listen before a position or after it.
        for emission in emissions_of(change) if change is not None else ():
            packet = event_packet(emission.event, emission.payload)
            for session in self._sessions.audience(emission.audience):
                self._send(session.eio_sid, packet)
        self.position = recorded.position
