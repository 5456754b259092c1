"""The states of a session; `session.py` has the transitions between them."""

from enum import Enum


class State(Enum):
    """What a session is told."""

    CONNECTED = "connected"
    """Nothing: it has not authenticated yet."""
    CATCHING_UP = "catching up"
    """What it missed."""
    HOLDING = "holding"
    """The last of what it missed, while what is live is held back for it."""
    LIVE = "live"
    """Each event as it is delivered."""
    EXPIRED = "expired"
    """Nothing until it authenticates again: its token ran out, its client left the namespace, or
    the node stopped following the log."""
    CLOSED = "closed"
    """Nothing any more."""


AUTHENTICATED = frozenset({State.CATCHING_UP, State.HOLDING, State.LIVE})
LISTENING = frozenset({State.HOLDING, State.LIVE})
OPEN = frozenset(State) - {State.CLOSED}


class IllegalTransition(Exception):
    """A session was to do what its state does not allow, which is a mistake in the code."""
