"""Replies: what one session is sent in answer, with its offset where its client recovers."""

from typing import Any

from domain.errors import DomainError
from transport.delivery.claims import NOTHING_TOLD
from transport.delivery.session import Session
from transport.errors import Refused, refusal_of, sayable
from transport.refusals import AckError, SocketError
from transport.socketio.packets import event_message
from transport.socketio.server import SocketServer


class Replies:
    """Sends to single sessions, behind all that they were sent before."""

    def __init__(self, server: SocketServer) -> None:
        self._server = server

    def send(self, session: Session, event: str, argument: Any) -> None:
        """Send an event; to a client that recovers, with its offset as the last argument: it takes
        any text there for that."""
        offset = [] if session.offset_suffix is None else [_offset(session)]
        self._server.send(session.eio_sid, event_message(event, argument, *offset))

    def say_error(
        self, session: Session, event: str, transaction: str | None, error: AckError
    ) -> None:
        """Send the pair of events that tells an error; the second where there is a transaction."""
        told = SocketError(sayable(event), error.message, error.code, error.retry_after)
        self.send(session, "socket-api-error", told)
        if transaction is not None:
            self.send(session, f"socket-api-error-{transaction}", error.message)

    def say_ended(self, session: Session, error: DomainError | Refused) -> None:
        """Tell an error that ends what its `auth` has brought, or a part of that."""
        self.say_error(session, "auth", session.transaction, refusal_of(error).ack)


def _offset(session: Session) -> str:
    """How far the client has been told; its own offset, until it is told anything here."""
    if session.told is NOTHING_TOLD:
        return session.handshake.offset
    return f"{session.position}{session.offset_suffix}"
