"""Delivery: follows the log and sends each emission to the sessions of its audience, in order.

It is the only place that emits what happens, and it knows only what is committed; what a session
missed before, `catch_up` sends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from typing import Protocol

from domain.channel import Channel, ChannelCreated
from domain.event_log import RecordedEvent
from domain.visibility import Audience
from persistence.log.epochs import Lineage
from projections.emissions.change_reader import ChangeReader
from projections.emissions.emissions import emissions_of
from transport.delivery.encoding import Outgoing, OutgoingBatch
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.socketio.packets import Burst, Message

TURN_BYTES = 16_384
"""For each session, about; then other tasks get on, those that write it out among them. It is a
quarter of the smallest KANAL_SEND_BUFFER."""


class Follower(Protocol):
    """A subscription to the log."""

    def pages(self) -> AsyncIterator[Sequence[RecordedEvent]]: ...


class Delivery:
    """Delivers one epoch of the log after the other; between two of them it is paused."""

    lineage: Lineage
    """The epochs of the log that is followed."""

    def __init__(
        self,
        changes: ChangeReader,
        sessions: Sessions,
        send: Callable[[str, Message | Burst], None],
    ) -> None:
        self._changes = changes
        self._sessions = sessions
        self._listeners = sessions.listeners
        self._send = send
        self._changed_at: dict[str, int] = {}
        self._pending: list[tuple[Audience, OutgoingBatch]] = []
        """What is sent before anything else can happen: nothing is awaited meanwhile."""
        self._pending_bytes = 0
        """For each session, about, since other tasks last got on."""
        self._began_at = 0
        self._following = asyncio.Event()
        self._advanced = asyncio.Event()

    @property
    def position(self) -> int:
        """Everything up to here has been sent to whoever was listening."""
        return self._listeners.position

    @property
    def is_following(self) -> bool:
        return self._following.is_set()

    async def followed(self) -> None:
        """Return once the log is followed."""
        await self._following.wait()

    def begin(self, lineage: Lineage, position: int) -> None:
        """Let sessions authenticate: `run` is going to deliver what lies beyond the position."""
        self.lineage = lineage
        self._changes.forget()
        self._changed_at.clear()
        self._pending.clear()
        self._pending_bytes = 0
        self._began_at = self._listeners.position = position
        self._following.set()

    def pause(self) -> None:
        """Tell nobody anything any more, and let whoever comes wait for `begin`."""
        self._following.clear()
        for session in self._sessions:
            session.expire()

    async def run(self, follower: Follower) -> None:
        """Deliver what the subscription reads, for ever. Raises what the subscription raises."""
        async for page in follower.pages():
            for recorded in page:
                await self._deliver(recorded)
                if self._pending_bytes > TURN_BYTES:
                    self._send_pending()
                    self._pending_bytes = 0
                    await asyncio.sleep(0)
            self._send_pending()
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

    async def _deliver(self, recorded: RecordedEvent) -> None:
        """Add what an event says to what is pending."""
        event, workspace_id = recorded.event, recorded.workspace_id
        change = None
        if self._listeners.are_in(workspace_id):
            if not self._changes.is_at_hand(recorded):
                self._send_pending()  # other tasks get on before the change is known
            change = await self._changes.read(recorded)
        # Without an await from here on: a session begins to listen before a position or after it.
        if (
            workspace_id is not None
            and isinstance(event, Channel.Event)
            and not isinstance(event, ChannelCreated)
        ):
            self._changed_at[workspace_id] = recorded.position
        for emission in emissions_of(change) if change is not None else ():
            if not self._pending or self._pending[-1][0] != emission.audience:
                self._pending.append((emission.audience, OutgoingBatch()))
            outgoing = Outgoing(emission)
            self._pending[-1][1].outgoing.append(outgoing)
            self._pending_bytes += outgoing.size
        self._listeners.position = recorded.position

    def _send_pending(self) -> None:
        """Send what is pending, in one piece to each session."""
        pending, self._pending = self._pending, []
        if len(pending) == 1:
            audience, batch = pending[0]
            for session in self._listeners.audience(audience):
                self._tell(session, batch)
        else:
            self._tell_together(pending)

    def _tell(self, session: Session, batch: OutgoingBatch) -> None:
        if not session.hold_back(batch.outgoing):
            self._send(session.eio_sid, batch.burst(session.offset_suffix))

    def _tell_together(self, pending: Sequence[tuple[Audience, OutgoingBatch]]) -> None:
        """Send each session that hears any of it all that it hears."""
        batches: dict[Session, list[OutgoingBatch]] = {}
        for audience, batch in pending:
            for session in self._listeners.audience(audience):
                batches.setdefault(session, []).append(batch)
        together = cache(OutgoingBatch.joined)  # one for all sessions that hear the same
        for session, its_batches in batches.items():
            self._tell(session, together(*its_batches))
