"""The telling: sends what the delivery has ready to the sessions that hear it, each in one piece.

Where there are thousands of them, others get on in between: the next events are read meanwhile.
Whoever then asks how far sessions have been told, or is about to change what one is, has the rest
told first (`settle`). So to everybody it is as if all had been told at once.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from domain.visibility import Audience
from transport.delivery.encoding import OutgoingBatch
from transport.delivery.listeners import Listeners
from transport.delivery.session import Session
from transport.socketio.packets import Burst, Message

logger = logging.getLogger(__name__)

TOLD_AT_ONCE = 100
"""Sessions, until others get on."""

Pending = tuple[Audience, OutgoingBatch]


class Telling:
    """Tells one thing after the other."""

    def __init__(self, listeners: Listeners, send: Callable[[str, Message | Burst], None]) -> None:
        self._listeners = listeners
        self._send = send
        self._rest: Iterator[None] | None = None
        self._error: Exception | None = None
        """Why somebody was not told, and those who come after."""
        self._told_upto = 0
        """Up to where all have been told."""
        listeners.settle = self.settle

    def begin(self, pending: Sequence[Pending]) -> None:
        """Be about to tell it to those who hear it now. Raises, as `go_on` does, what was raised
        while something was told before: whoever has missed that is told nothing later."""
        self.settle()
        self._raise_error()
        # Whoever begins to listen from here on is not among them.
        self._rest = self._told_by_turns(list(self._those_who_hear(pending)))

    def go_on(self) -> bool:
        """Tell some of the sessions; whether there are more of them."""
        self._raise_error()
        return self._tell_some()

    def settle(self) -> None:
        """Tell all the others at once. What that raises is not for whoever asks: it is the
        delivery's, which ends with it."""
        try:
            while self._tell_some():
                pass
        except Exception:
            logger.exception("somebody could not be told, and the delivery ends for it")

    def forget(self, position: int) -> None:
        """Tell nobody else: what is told from here on lies beyond a position of another epoch."""
        self._rest = self._error = None
        self._told_upto = position

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _tell_some(self) -> bool:
        rest, self._rest = self._rest, None
        if rest is None:
            return False
        try:
            is_over = next(rest, self) is self
        except Exception as error:
            self._error = error
            # Whoever was told more hears it again; whoever was not is taken for told by nobody.
            self._listeners.position = self._told_upto
            raise
        if is_over:
            self._told_upto = self._listeners.position
        else:
            self._rest = rest
        return not is_over

    def _told_by_turns(
        self, all_told: Sequence[tuple[list[Session], OutgoingBatch]]
    ) -> Iterator[None]:
        left = TOLD_AT_ONCE
        for sessions, batch in all_told:
            begin = 0
            while begin < len(sessions):
                if left == 0:
                    yield
                    left = TOLD_AT_ONCE
                some = sessions[begin : begin + left]
                self._tell(some, batch)
                begin, left = begin + len(some), left - len(some)

    def _tell(self, sessions: Iterable[Session], batch: OutgoingBatch) -> None:
        # Some thousands of times for an event: what each turn costs here, all of it costs.
        send, bursts = self._send, batch.bursts
        for session in sessions:
            if session.held is None:
                send(session.eio_sid, bursts[session.offset_suffix])
            else:
                session.hold_back(batch.outgoing)

    def _those_who_hear(
        self, pending: Sequence[Pending]
    ) -> Iterator[tuple[list[Session], OutgoingBatch]]:
        """The sessions that hear the same, and all that they hear."""
        for those_of_some in [pending] if self._listeners.overlap else _by_workspace(pending):
            if len(those_of_some) == 1:
                audience, batch = those_of_some[0]
                yield list(self._listeners.audience(audience)), batch
            else:
                yield from self._together(those_of_some)

    def _together(
        self, pending: Sequence[Pending]
    ) -> Iterator[tuple[list[Session], OutgoingBatch]]:
        heard: dict[Session, OutgoingBatch] = {}
        joined = cache(OutgoingBatch.joined)  # one for all sessions that hear the same
        for audience, batch in pending:
            for session in self._listeners.audience(audience):
                before = heard.get(session)
                heard[session] = batch if before is None else joined(before, batch)
        sessions: dict[OutgoingBatch, list[Session]] = {}
        for session, batch in heard.items():
            sessions.setdefault(batch, []).append(session)
        return ((those, batch) for batch, those in sessions.items())


def _by_workspace(pending: Sequence[Pending]) -> Iterable[Sequence[Pending]]:
    """What is pending for each workspace, in order."""
    if len(pending) == 1:
        return (pending,)
    found: dict[str, list[Pending]] = {}
    for audience, batch in pending:
        found.setdefault(audience.workspace_id, []).append((audience, batch))
    return found.values()
