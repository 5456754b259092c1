"""A session: what Kanal knows of one connection. Its states, and all transitions between them.

    connected ──authenticate──▶ catching up ──────go_live─────▶ live
                                   │    ▲                        ▲
                                 hold  fall_behind               │
                                   ▼    │                        │
                                  holding ────────go_live────────┘

    connected ── go_on ────────────────────────▶ catching up  (its connection has moved here)
    catching up, holding, live ── expire ──────▶ expired      (connected stays connected)
    expired, or any of those   ── authenticate ▶ catching up  (a fresh token, another user)
    catching up, holding, live ── narrow ──────▶ the same     (some of its workspaces are lost)
    every open state           ── connect ─────▶ connected    (a client enters the namespace)
    every state                ── close ───────▶ closed

While `auth` is being checked the state stays what it was; one that is refused changes nothing. Each
authentication begins with catching up; a session that has missed nothing goes live in the same turn
of the event loop. A session is among the `Listeners` exactly while it is holding or live.
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor
from transport.delivery.claims import NO_HANDSHAKE, NOTHING_TOLD, Handshake, Told
from transport.delivery.encoding import Outgoing
from transport.delivery.held_emissions import Held
from transport.delivery.left_out import LeftOut
from transport.delivery.listeners import Listeners
from transport.delivery.past_sessions import End, PastSessions
from transport.delivery.session_state import (
    AUTHENTICATED,
    LISTENING,
    OPEN,
    IllegalTransition,
    State,
)


@dataclass(slots=True, eq=False)
class Session:
    """One connection, by its Engine.IO id. `actor` is None unless it has authenticated."""

    eio_sid: str
    listeners: Listeners
    hold_limit: int
    """Bytes of live events that may be held back; beyond it, they are read from the log again."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Serves the events of a connection one after the other, in the order of their arrival."""
    past: PastSessions = field(default_factory=PastSessions)
    """Where it is remembered once it speaks for its user no more."""
    number: int = 0
    """Its place among those that the node has opened."""
    since: float = field(default_factory=time.time)
    """When the node has opened it, in Unix time."""
    has_resumed: bool = False
    """Whether its client has said that it had seen all up to where it is told from."""
    ends_with: End = End.CLOSED
    """Why it has ended, where its connection closes."""
    silenced_by: End | None = None
    """Why it speaks for its user no more, where it did."""
    address: str = ""
    """Where its client connects from, as limits count it."""
    client_address: str = ""
    """The same as it is, for the access log."""
    is_prepaid: bool = True
    """Whether its handshake, which counts against its address, has paid for its next `auth`."""
    may_reconnect: bool = False
    """Whether its client may reconnect by itself if it does not authenticate in time."""
    offset_suffix: str | None = None
    """What follows the position in the offsets that it is sent; None where its client takes no part
    in connection state recovery."""
    handshake: Handshake = NO_HANDSHAKE
    """What `connect` was told, until the next `auth` has been decided by it."""
    transaction: str | None = None
    """That of the `auth` by which it speaks for its actor, or did last."""
    state: State = field(default=State.CONNECTED, init=False)
    actor: Actor | None = field(default=None, init=False)
    expires_at: float = field(default=0.0, init=False)
    """When what it was granted ends, in Unix time, while it speaks for its actor."""
    left_out: LeftOut | None = field(default=None, init=False)
    """While it catches up: what it is not told."""
    held: Held | None = field(default=None, init=False)
    """While it is holding: keeps what is live for later."""
    _told: Told = field(default=NOTHING_TOLD, init=False)
    """What it had been told when it last authenticated or expired."""
    _position: int = field(default=0, init=False)
    """Up to where it was told, unless it is live."""
    _begins: Mapping[str, int] = field(default_factory=dict, init=False)
    _live_from: int | None = field(default=None, init=False)
    """From where on it was told as it happened, once it is live."""
    _catch_up: asyncio.Task[None] | None = field(default=None, init=False)
    _deadline: asyncio.TimerHandle | None = field(default=None, init=False)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def position(self) -> int:
        """Everything up to here that it may be told, it was told."""
        return self.listeners.position if self.state is State.LIVE else self._position

    @property
    def told(self) -> Told:
        """What its connection has been told by now, and whom."""
        told = self._told
        return told if self.actor is None else Told(told.user_id, told.since, self.position)

    @property
    def begins(self) -> Mapping[str, int]:
        """Of each workspace, the position beyond which it is told since it last authenticated; what
        lies before it was told, or not, before that."""
        return self._begins

    @property
    def live_from(self) -> int | None:
        """The position beyond which it is told as it happens; None until it is live."""
        return self._live_from

    # The transitions.

    def connect(self, handshake: Handshake, *, offset_suffix: str | None) -> None:
        """A client has entered the namespace, which was told nothing yet."""
        self.expire(End.LEFT)
        self._enter(State.CONNECTED, of=OPEN)
        self.handshake, self.offset_suffix = handshake, offset_suffix
        self._told, self._position = NOTHING_TOLD, 0

    def authenticate(self, actor: Actor, start: int, *, has_resumed: bool = False) -> None:
        """Let it speak for an actor, who is to be told what lies beyond the position `start`."""
        before = self.told
        told = before.then(actor, start)
        is_live = self.state is State.LIVE and start == before.upto
        goes_on = is_live and told.continues(before)
        live_from = self._live_from if goes_on else None
        begins = told.beyond(before, start)
        if goes_on:
            begins = {id: self._begins.get(id, begin) for id, begin in begins.items()}
        self.expire(None if goes_on else End.ANEW)
        self._enter(State.CATCHING_UP, of=OPEN)
        self._begins, self._live_from, self.has_resumed = begins, live_from, has_resumed
        self._told, self._position, self.left_out = told, start, LeftOut(before)
        self.actor, self.handshake = actor, NO_HANDSHAKE
        self.is_prepaid, self.may_reconnect = False, True
        self.listeners.speaks(self, actor.user_id)

    def go_on(self, actor: Actor, told: Told, left_out: LeftOut) -> None:
        """Let it speak for an actor for whom it spoke at another node, where it was told that."""
        self._enter(State.CATCHING_UP, of={State.CONNECTED})
        self._told, self._position, self.left_out = told, told.upto, left_out
        self._begins = dict.fromkeys(told.since, told.upto)
        self.actor = actor
        self.listeners.speaks(self, actor.user_id)

    def narrow(self, actor: Actor) -> None:
        """Let it go on for its actor in fewer workspaces; of the others it is told nothing more."""
        self._require(*AUTHENTICATED)
        is_listening = self.state in LISTENING
        assert self.actor is not None
        self._remember(End.REVOKED)
        if is_listening:
            self.listeners.remove(self, self.actor)
        self.actor, self._told = actor, self._told.within(actor.roles.keys())
        self._begins = {id: self._begins[id] for id in self._told.since}
        if is_listening:
            self._listen()

    def advance(self, position: int) -> None:
        """Note that it was told what it missed up to a position."""
        self._require(State.CATCHING_UP, State.HOLDING)
        self._position = position

    def hold(self) -> None:
        """Hold back what is live from now on: what it still misses is read up to here."""
        self._enter(State.HOLDING, of={State.CATCHING_UP})
        self.held = Held(self.hold_limit)
        self._listen()

    def fall_behind(self) -> bool:
        """Go on with catching up if more was held back than may be; whether that is so."""
        self._require(State.HOLDING)
        self.listeners.settle()  # what is being told is held back first
        assert self.held is not None
        if self.held.is_too_much:
            self._stop_listening()
            self._enter(State.CATCHING_UP, of={State.HOLDING})
        return self.state is State.CATCHING_UP

    def go_live(self) -> Sequence[Outgoing]:
        """Be told what is delivered from now on. Answers what was held back, to be told first."""
        self._enter(State.LIVE, of={State.CATCHING_UP, State.HOLDING})
        if self._live_from is None:
            self._live_from = self._position
        held, self.held, self.left_out = self.held, None, None
        if held is None:
            self._listen()
        return held.outgoing if held is not None else ()

    def expire(self, why: End | None) -> None:
        """Tell it nothing more and let it speak for nobody; what it was told is remembered. None
        where it goes on in the same way at once."""
        if self.state in AUTHENTICATED:
            self._told, self._position = self.told, self.position
            self.silenced_by = why
            if why is not None:
                self._remember(why)
            self._begins, self._live_from = {}, None
            self._stop_catching_up()
            self._stop_listening()
            self._enter(State.EXPIRED, of=AUTHENTICATED)
            assert self.actor is not None
            self.listeners.falls_silent(self, self.actor.user_id)
            self.actor = self.left_out = None

    def close(self) -> None:
        """Its connection has ended."""
        self.expire(self.ends_with)
        self.set_deadline(None)
        self._enter(State.CLOSED, of=State)

    # What belongs to a state, and ends with it.

    def run_catch_up(self, catch_up: Coroutine[Any, Any, None]) -> None:
        """Catch up in a task, which is cancelled where the session expires or closes first."""
        self._require(State.CATCHING_UP)
        self._catch_up = asyncio.create_task(catch_up)

    async def caught_up(self) -> None:
        """Return once it is not catching up any more."""
        if self.state in (State.CATCHING_UP, State.HOLDING) and self._catch_up is not None:
            await asyncio.wait({self._catch_up})

    def set_deadline(self, deadline: asyncio.TimerHandle | None) -> None:
        """Put a timer in the place of the one that runs."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = deadline

    @property
    def patience(self) -> float:
        """The seconds until its deadline."""
        if self._deadline is None:
            return 0.0
        return max(self._deadline.when() - asyncio.get_running_loop().time(), 0.0)

    def hold_back(self, outgoing: Sequence[Outgoing]) -> bool:
        """Keep what is live for later where the session is holding; whether it is."""
        if self.held is None:
            return False
        self.held.add(outgoing)
        return True

    def _remember(self, why: End) -> None:
        if self._begins:
            told = Told(self._told.user_id, self._begins, self.position)
            self.past.add(self.eio_sid, told, self._live_from, why, has_resumed=self.has_resumed)

    def _stop_catching_up(self) -> None:
        if self._catch_up is not None:
            self._catch_up.cancel()
            self._catch_up = None

    def _listen(self) -> None:
        assert self.actor is not None
        self.listeners.add(self, self.actor)

    def _stop_listening(self) -> None:
        if self.state in LISTENING and self.actor is not None:
            self.listeners.remove(self, self.actor)  # until then it holds back what is being told
        self.held = None

    def _enter(self, state: State, *, of: "frozenset[State] | set[State] | type[State]") -> None:
        if self.state not in of:
            raise IllegalTransition(f"a session that is {self.state.value} cannot be {state.value}")
        self.state = state

    def _require(self, *states: State) -> None:
        if self.state not in states:
            wanted = " or ".join(sorted(state.value for state in states))
            raise IllegalTransition(f"a session that is {self.state.value} is not {wanted}")
