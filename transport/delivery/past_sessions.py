"""The past sessions: what the sessions of this node were told that speak for their users no more,
as far back as there is room. It is for operators alone; nothing is delivered by it."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from transport.delivery.claims import Told

ROOM = 20_000
"""Workspaces of past sessions that are remembered, one at least for each: some ten megabytes."""


class End(StrEnum):
    """Why a session has ceased to speak for its user."""

    CLOSED = "closed"
    """By its client or by the network, or nothing was heard of it."""
    TOO_SLOW = "too-slow"
    LEFT = "left"
    """Its client has left the namespace, or has entered it anew."""
    ANEW = "authenticated-anew"
    """It speaks for another user, in other workspaces, or from another position on."""
    EXPIRED = "token-expired"
    REVOKED = "access-revoked"
    MOVED = "moved"
    """It goes on at another node."""
    LET_GO = "let-go"
    """By an operator."""
    STOPPED = "node-stopped"
    EPOCH = "another-epoch"
    """The node follows the log anew, in another epoch."""


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session while it spoke for one user: what it was told, in the log of that id, and the
    position from which on it was told as it happened; None where it had not caught up."""

    eio_sid: str
    told: Told
    live_from: int | None
    log_id: str
    has_resumed: bool
    """Whether its client had said that it had seen all that comes before."""
    ended_at: float
    why: End


class PastSessions:
    """Remembers the latest."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._sessions: deque[PastSession] = deque()
        self.log_id = ""
        """That of the log that is followed."""
        self.since = time.time()
        """From when on it remembers all that have ended, in Unix time."""
        self.beyond = 0
        """All are remembered that were told anything beyond this position."""
        self.has_forgotten = False
        self.has_ended: Callable[[End], None] = lambda _: None
        """Called with why one has ended."""

    def begin(self, log_id: str, position: int) -> None:
        """The log of that id is followed from a position on, also where it was another before."""
        if not self.log_id:
            self.beyond = position
        self.log_id = log_id

    def add(
        self, eio_sid: str, told: Told, live_from: int | None, why: End, *, has_resumed: bool
    ) -> None:
        """Remember a session that has ended, and forget the oldest where there is no room."""
        self._sessions.append(
            PastSession(eio_sid, told, live_from, self.log_id, has_resumed, time.time(), why)
        )
        self.has_ended(why)
        self._taken += _room_of(told)
        while self._taken > self._room:
            forgotten = self._sessions.popleft()
            self._taken -= _room_of(forgotten.told)
            self.since = forgotten.ended_at
            self.beyond = max(self.beyond, forgotten.told.upto)
            self.has_forgotten = True

    def __iter__(self) -> Iterator[PastSession]:
        """Those that are remembered now, the oldest first."""
        return iter(list(self._sessions))

    def __len__(self) -> int:
        return len(self._sessions)


def _room_of(told: Told) -> int:
    return max(len(told.since), 1)
