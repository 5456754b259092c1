"""Delivery: follows the log and sends each emission to the sessions of its audience, in order.

It is the only place that emits what happens, and it knows only what is committed; what a session
missed before, `catch_up` sends.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from domain.channel import CHANNEL_TOPICS, ChannelCreated
from domain.errors import Unavailable
from domain.event_log import DomainEvent, RecordedEvent, UndecodableEvent
from domain.visibility import SEEN_BY_NOBODY
from persistence.log.concern import Passed
from persistence.log.epochs import Lineage
from persistence.log.wakeup import CONCERNING
from projections.emissions.change_reader import ChangeReader
from projections.emissions.emissions import emissions_of
from transport.delivery.encoding import Outgoing, OutgoingBatch
from transport.delivery.past_sessions import End
from transport.delivery.sessions import Sessions
from transport.delivery.telling import Pending, Telling
from transport.socketio.packets import Burst, Message

TURN_BYTES = 16_384
"""For each session, about; then other tasks get on, those that write it out among them. It is a
quarter of the smallest KANAL_SEND_BUFFER."""

COME_UP_TIMEOUT = 1.0
"""Seconds."""

ANOTHER_EPOCH = "the log is in another epoch from here on; try again"
"""Why something cannot be said just now."""

MOST_CHANGED = 100_000
"""Workspaces of which it is kept when a channel changed."""

FOLLOWED_WITHIN = 4.0
"""Seconds that somebody waits while the log changes to another epoch."""

_CHANGES = CHANNEL_TOPICS - {ChannelCreated.TOPIC}
"""Topics of events that change a channel that was there."""


class Logged(Protocol):
    """An event of the log. Its `event` may raise UndecodableEvent."""

    @property
    def position(self) -> int: ...
    @property
    def workspace_id(self) -> str | None: ...
    @property
    def topic(self) -> str: ...
    @property
    def event(self) -> DomainEvent: ...


class Follower(Protocol):
    """A subscription to the log; `position` is where it is, and may be set back."""

    position: int

    def pages(self) -> AsyncIterator[Sequence[Logged | Passed]]: ...


class Ahead(Protocol):
    """What is known of the log beyond what is delivered: the wake-up of the node."""

    @property
    def head(self) -> int:
        """How far it goes, at least."""
        ...

    def wake(self, channel: str) -> None: ...


class Delivery:
    """Delivers one epoch of the log after the other; between two of them it is paused."""

    lineage: Lineage
    """The epochs of the log that is followed."""

    def __init__(
        self,
        changes: ChangeReader,
        sessions: Sessions,
        send: Callable[[str, Message | Burst], None],
        ahead: Ahead | None = None,
        heard: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`heard` is told, of all that is written at a time, how many seconds ago the oldest event
        happened, by the clocks of the nodes that recorded it and that write it."""
        self._changes = changes
        self._sessions = sessions
        self._listeners = sessions.listeners
        self._telling = Telling(self._listeners, send)
        self._ahead = ahead
        self._heard = heard
        self._changed_at: OrderedDict[str, int] = OrderedDict()
        self._pending: list[Pending] = []
        """What is sent before anything else can happen: nothing is awaited meanwhile, but between
        the sessions that it is sent to."""
        self._pending_since: datetime | None = None
        """When the first event of what is pending happened."""
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

    @property
    def is_followed(self) -> bool:
        """Whether `followed` returns at once."""
        return self._following.is_set()

    def followed_lineage(self) -> Lineage:
        """The epochs of the log, while it is followed. Raises Unavailable between two of them: what
        is read then is of the next, whose ids are not known yet."""
        if not self._following.is_set():
            raise Unavailable(ANOTHER_EPOCH)
        return self.lineage

    async def followed(self) -> None:
        """Return once the log is followed. Raises Unavailable where that takes too long, as it does
        while the database is away."""
        if self._following.is_set():
            return
        try:
            async with asyncio.timeout(FOLLOWED_WITHIN):
                await self._following.wait()
        except TimeoutError:
            raise Unavailable(ANOTHER_EPOCH) from None

    def begin(self, lineage: Lineage, position: int) -> None:
        """Let sessions authenticate: `run` is going to deliver what lies beyond the position."""
        self.lineage = lineage
        self._sessions.past.begin(lineage.log_id, position)
        self._changes.forget()
        self._changed_at.clear()
        self._pending.clear()
        self._pending_since = None
        self._telling.forget(position)
        self._pending_bytes = 0
        self._began_at = self._listeners.position = position
        self._following.set()

    def pause(self) -> None:
        """Tell nobody anything any more, and let whoever comes wait for `begin`."""
        self._following.clear()
        for session in self._sessions:
            session.expire(End.EPOCH)

    async def run(self, follower: Follower) -> None:
        """Deliver what the subscription reads, for ever. Raises what the subscription raises."""
        async for page in follower.pages():
            for logged in page:
                if isinstance(logged, Passed):
                    self._pass_over(logged)
                else:
                    await self._deliver(logged)
                if self._pending_bytes > TURN_BYTES:
                    await self._send_in_turns()
                    self._pending_bytes = 0
                    await asyncio.sleep(0)
            await self._send_in_turns()
            follower.position = self.position
            advanced, self._advanced = self._advanced, asyncio.Event()
            advanced.set()

    async def reached(self, position: int) -> None:
        """Return once everything up to the position has been delivered."""
        if self.position < position and self._ahead is not None:
            self._ahead.wake(CONCERNING)  # what concerned nobody may have been left for later
        while self.position < position:
            await self._advanced.wait()

    async def come_up(self) -> None:
        """Deliver up to where the log is known to go: whoever begins to listen is told of what
        comes then. It waits no longer than COME_UP_TIMEOUT, since the database may be away."""
        if self._ahead is not None and self._ahead.head > self.position:
            with suppress(TimeoutError):
                async with asyncio.timeout(COME_UP_TIMEOUT):
                    await self.reached(self._ahead.head)

    def changed_at(self, workspace_id: str) -> int:
        """The latest position at which a channel of the workspace changed that was there already;
        who may see what has not changed since."""
        return self._changed_at.get(workspace_id, self._began_at)

    def is_unchanged(self, workspace_id: str, *, after: int, upto: int) -> bool:
        """Whether it is known that no channel of the workspace that was there has changed between
        two positions."""
        return self.position >= upto and self.changed_at(workspace_id) <= after

    def _pass_over(self, passed: Passed) -> None:
        """Leave out what concerned nobody, unless somebody has come since whom it may concern."""
        if passed.joined == self._listeners.joined:
            for workspace_id, position in passed.changed.items():
                self._note_change(workspace_id, position)
            self._listeners.position = passed.position

    def _note_change(self, workspace_id: str, position: int) -> None:
        """Keep at which position a workspace changed; of what is kept no more, it counts as the
        position of all others."""
        self._changed_at[workspace_id] = position
        self._changed_at.move_to_end(workspace_id)
        if len(self._changed_at) > MOST_CHANGED:
            _, forgotten = self._changed_at.popitem(last=False)
            self._began_at = max(self._began_at, forgotten)

    async def _deliver(self, logged: Logged) -> None:
        """Add what an event says to what is pending."""
        workspace_id = logged.workspace_id
        change = None
        if self._listeners.are_in(workspace_id) and logged.topic not in SEEN_BY_NOBODY:
            recorded = self._decoded(logged)
            if not self._changes.is_at_hand(recorded):
                self._send_pending()  # other tasks get on before the change is known
            change = await self._changes.read(recorded)
        # Without an await from here on: a session begins to listen before a position or after it.
        if workspace_id is not None and logged.topic in _CHANGES:
            self._note_change(workspace_id, logged.position)
        for emission in emissions_of(change) if change is not None else ():
            if not self._pending:
                self._pending_since = logged.event.timestamp
            if not self._pending or self._pending[-1][0] != emission.audience:
                self._pending.append((emission.audience, OutgoingBatch()))
            outgoing = Outgoing(emission)
            self._pending[-1][1].outgoing.append(outgoing)
            self._pending_bytes += outgoing.size
        self._listeners.position = logged.position

    def _decoded(self, logged: Logged) -> RecordedEvent:
        try:
            return RecordedEvent(logged.position, logged.workspace_id, logged.event)
        except UndecodableEvent:
            self._send_pending()  # what comes before it is told
            raise

    def _send_pending(self) -> None:
        """Send what is pending, in one piece to each session."""
        self._begin_telling()
        self._telling.settle()
        self._all_told()

    async def _send_in_turns(self) -> None:
        """The same, while others get on; those who look at it find it sent."""
        self._begin_telling()
        while self._telling.go_on():  # noqa: ASYNC110  it does not wait, but tells
            await asyncio.sleep(0)
        self._all_told()

    def _begin_telling(self) -> None:
        pending, self._pending = self._pending, []
        self._telling.begin(pending)

    def _all_told(self) -> None:
        """What was pending has been sent."""
        if self._pending_since is not None:
            self._heard(max(time.time() - self._pending_since.timestamp(), 0.0))
            self._pending_since = None
