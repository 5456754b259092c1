"""Delivery: follows the log and says each emission to the sockets of its audience, in order.

It is the only place that emits what happens, and it knows only what is committed; what a session
missed before, it is told by `catch_up`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from domain.channel import Channel, ChannelCreated
from domain.event_log import RecordedEvent
from domain.visibility import Audience
from projections.emissions.change_reader import ChangeReader
from projections.emissions.emissions import emissions_of
from transport.delivery.encoding import Outgoing, Run
from transport.delivery.progress import Told
from transport.delivery.sessions import Session, Sessions
from transport.socketio.packets import Burst, Message

TURN_BYTES = 16_384
"""Bytes for each connection, about, after which delivery yields to the event loop, so that they are
written. A quarter of the smallest KANAL_SEND_BUFFER."""


class Follower(Protocol):
    """A subscription to the log."""

    def pages(self) -> AsyncIterator[Sequence[RecordedEvent]]: ...


class Delivery:
    """Delivers what the log says after `position`, where it begins, for ever."""

    def __init__(
        self,
        follower: Follower,
        changes: ChangeReader,
        sessions: Sessions,
        send: Callable[[str, Message | Burst], None],
        *,
        position: int,
    ) -> None:
        self._follower = follower
        self._changes = changes
        self._sessions = sessions
        self._send = send
        self._changed_at: dict[str, int] = {}
        self._said: list[tuple[Audience, Run]] = []
        """What is to be sent before anything else can happen: nothing is awaited meanwhile."""
        self._unwritten = 0
        """Bytes for each socket, about, since others were last let on."""
        self._began_at = position
        self._advanced = asyncio.Event()
        self.position = position
        """Everything up to here has been queued for whoever was listening."""

    async def run(self) -> None:
        """Follow and deliver. Raises what the subscription raises."""
        async for page in self._follower.pages():
            for recorded in page:
                await self._deliver(recorded)
                if self._unwritten > TURN_BYTES:
                    self._send_all()
                    self._unwritten = 0
                    await asyncio.sleep(0)
            self._send_all()
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

    def place(self, session: Session) -> int:
        """Up to where a session has been told what there is to tell."""
        return self.position if session.is_level else session.place

    def told(self, session: Session) -> Told:
        """What a session's connection has been told by now."""
        if session.actor is None:
            return session.told
        return replace(session.told, upto=self.place(session))

    def silence(self, session: Session) -> None:
        """Let a session hear nothing more, and remember what it was told."""
        session.told, session.place = self.told(session), self.place(session)
        self._sessions.silence(session)

    async def _deliver(self, recorded: RecordedEvent) -> None:
        """Say what an event means; `_send_all` sends it, before anything else can happen."""
        event, workspace_id = recorded.event, recorded.workspace_id
        change = None
        if self._sessions.has_listeners(workspace_id):
            if not self._changes.is_at_hand(recorded):
                self._send_all()  # others come in between
            change = await self._changes.read(recorded)
        # Without an await from here on: a session begins to listen before a position or after it.
        if (
            workspace_id is not None
            and isinstance(event, Channel.Event)
            and not isinstance(event, ChannelCreated)
        ):
            self._changed_at[workspace_id] = recorded.position
        for emission in emissions_of(change) if change is not None else ():
            if not self._said or self._said[-1][0] != emission.audience:
                self._said.append((emission.audience, Run()))
            outgoing = Outgoing(emission)
            self._said[-1][1].outgoing.append(outgoing)
            self._unwritten += outgoing.size
        self.position = recorded.position

    def _send_all(self) -> None:
        """Send what was said since the last time, in one piece to each session."""
        said, self._said = self._said, []
        if len(said) == 1:
            audience, run = said[0]
            for session in self._sessions.audience(audience):
                self._tell(session, run)
        else:
            self._tell_together(said)

    def _tell(self, session: Session, run: Run) -> None:
        if session.held is not None:
            session.held.add(run.outgoing)
        else:
            self._send(session.eio_sid, run.form(session.offset_suffix))

    def _tell_together(self, said: Sequence[tuple[Audience, Run]]) -> None:
        """Tell each session that hears any of it all that it hears."""
        runs: dict[Session, list[Run]] = {}
        for audience, run in said:
            for session in self._sessions.audience(audience):
                runs.setdefault(session, []).append(run)
        together = cache(Run.of)  # one for all sessions that hear the same
        for session, its_runs in runs.items():
            self._tell(session, together(*its_runs))
