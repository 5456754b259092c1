"""The lines of the access log about sockets: who has come, has said who they are, and is gone."""

import time

from transport.access_log import is_on, nanoseconds, note
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.session_state import State


def note_connected(session: Session, transport: str, *, has_moved: bool = False) -> None:
    """Note that a connection was opened here, or has come from another node."""
    reason = End.MOVED.value if has_moved else None
    _note("socket-connected", session, transport, {"event.reason": reason})


def note_authenticated(session: Session, transport: str, code: str | None = None) -> None:
    """Note that a session speaks for a user from now on, or that its `auth` was refused with a
    code."""
    outcome = "success" if code is None else "failure"
    _note(
        "socket-authenticated", session, transport, {"event.outcome": outcome, "error.code": code}
    )


def note_closed(session: Session, transport: str, reason: str) -> None:
    """Note that a connection has ended, before its session is closed; the reason is that of
    Engine.IO, for where Kanal knows of none. The duration is that at this node."""
    _note(
        "socket-disconnected",
        session,
        transport,
        {
            "event.reason": _why(session) or reason.replace(" ", "-"),
            "event.duration": nanoseconds(time.time() - session.since),
        },
    )


def _why(session: Session) -> str | None:
    if session.ends_with is not End.CLOSED:
        return session.ends_with.value
    if session.state is State.EXPIRED and session.silenced_by is not None:
        return session.silenced_by.value
    return None


def _note(action: str, session: Session, transport: str, more: dict[str, str | int | None]) -> None:
    if not is_on():
        return
    speaks_for = session.actor or session.told  # or spoke for, where it has ended
    fields: dict[str, str | int | None] = {
        "event.action": action,
        "client.address": session.client_address,
        "kanal.connection": session.number,
        "kanal.transport": transport,
        "user.id": speaks_for.user_id or None,
    }
    note(action.replace("-", " "), fields | more)
