"""Delivery: follows the log and says each emission to the sockets of its audience, in order.

It is the only place that emits what happens, and it knows only what is committed; what a session
missed before, it is told by `catch_up`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from engineio.packet import Packet

from domain.channel import Channel, ChannelCreated
from domain.event_log import RecordedEvent
from projections.channel_changes import ChannelChanges
from projections.channel_emissions import emissions_of
from transport.outgoing import Outgoing
from transport.sessions import Sessions

BREATH = 16_384
"""Bytes for each socket, about, after which others are let on: those who write them out. It fits
into the smallest KANAL_SEND_BUFFER four times."""


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
        self._changed_at: dict[str, int] = {}
        self._began_at = position
        self._advanced = asyncio.Event()
        self.position = position
        """Everything up to here has been queued for whoever was listening."""

    async def run(self) -> None:
        """Follow and deliver. Raises what the subscription raises."""
        unwritten = 0
        async for page in self._follower.pages():
            for recorded in page:
                unwritten += await self._deliver(recorded)
                if unwritten > BREATH:
                    await asyncio.sleep(0)
                    unwritten = 0
            advanced, self._advanced = self._advanced, asyncio.Event()
            advanced.set()

    async def reached(self, position: int) -> None:
        """Return once everything up to the position has been delivered."""
        while self.position < position:
            await self._advanced.wait()

    def changed_at(self, workspace_id: str) -> int:
        """The latest position at which a channel of the workspace changed that was there already;
        who may see what has not changed since."""
        return self._changed_at.get(workspace_id, self._began_at)

    async def _deliver(self, recorded: RecordedEvent) -> int:
        """Deliver what an event means; answers the bytes of it for each socket."""
        event, workspace_id, size = recorded.event, recorded.workspace_id, 0
        change = None
        if self._sessions.has_listeners(workspace_id):
            change = await self._changes.change_of(recorded)
        # Without an await from here on: a session begins to listen before a position or after it.
        if (
            workspace_id is not None
            and isinstance(event, Channel.Event)
            and not isinstance(event, ChannelCreated)
        ):
            self._changed_at[workspace_id] = recorded.position
        for emission in emissions_of(change) if change is not None else ():
            outgoing = Outgoing(emission)
            size += outgoing.size
            for session in self._sessions.audience(emission.audience):
                if session.held is not None:
                    session.held.add(outgoing)
                else:
                    self._send(session.eio_sid, outgoing.packet(positioned=session.recovers))
        self.position = recorded.position
        return size
