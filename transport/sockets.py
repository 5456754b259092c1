"""The sockets' events: `auth` and the commands, their answers, and the pair that tells an error."""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

from domain.actor import Cause
from domain.commands import ChannelCommands
from domain.identifiers import has_lone_surrogate
from transport.correlation import correlation_id, current_correlation_id
from transport.delivery import Delivery
from transport.engine import SocketServer
from transport.errors import (
    AckError,
    SocketError,
    Unauthenticated,
    UnknownEvent,
    refusal_of,
    sayable,
)
from transport.packets import event_packet
from transport.schemas import (
    MAX_TRANSACTION_LENGTH,
    AuthEvent,
    AuthSuccess,
    convert_data,
)
from transport.sessions import Session, Sessions
from transport.socket_commands import SocketCommands
from transport.tokens import Access, TokenVerifier

logger = logging.getLogger(__name__)

LONGEST_TIMER = 86_400.0
"""Seconds; an expiry further away is looked at again then."""


class SocketEvents:
    """Serves the events of all connections."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        tokens: TokenVerifier,
        commands: ChannelCommands,
        auth_timeout: float,
        cors_origins: list[str] | str | None,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._auth_timeout = auth_timeout
        self._commands = SocketCommands(commands).by_event
        self.server = SocketServer(
            on_open=self._opened,
            on_connect=self._connected,
            on_event=self._serve,
            on_leave=self._left,
            on_close=sessions.close,
            cors_allowed_origins=cors_origins,
        )

    def start(self, delivery: Delivery, log_id: UUID) -> None:
        """Begin to serve, with the delivery that says where a socket's events begin."""
        self._delivery = delivery
        self._log_id = log_id

    def _opened(self, eio_sid: str) -> None:
        self._set_auth_deadline(self._sessions.open(eio_sid))

    async def _connected(self, eio_sid: str, auth: Any) -> None:
        """A token in the handshake is the same as an `auth` sent first."""
        if isinstance(auth, dict) and ("token" in auth or "data" in auth):
            await self._serve(eio_sid, "auth", [auth])

    async def _left(self, eio_sid: str) -> None:
        """A client that has left the namespace, yet not the connection, speaks for nobody."""
        session = self._sessions.get(eio_sid)
        if session is None:
            return
        async with session.turn:
            if session.actor is not None:
                self._sessions.silence(session)
                self._set_auth_deadline(session)

    async def _serve(self, eio_sid: str, event: str, arguments: list[Any]) -> Any:
        """Serve one event and answer what its acknowledgement is to hold. Never raises."""
        session = self._sessions[eio_sid]
        data = arguments[0] if arguments else None
        transaction = _transaction(data)
        # The client's own name for the request, where it gave one.
        current_correlation_id.set(correlation_id(transaction))
        async with session.turn:
            try:
                return await self._dispatch(session, event, data)
            except Exception as error:
                refusal = refusal_of(error)
                self._say_error(session, event, transaction, refusal.code, refusal.message)
                return {"error": AckError(refusal.code, refusal.message)}

    async def _dispatch(self, session: Session, event: str, data: Any) -> Any:
        if event == "auth":
            return await self._auth(session, data)
        if session.actor is None:
            raise Unauthenticated("not_authenticated", "send 'auth' with an access token first")
        if event not in self._commands:
            known = ", ".join(["auth", *self._commands])
            raise UnknownEvent(f"there is no event {sayable(event)!r}; there are: {known}")
        cause = Cause(session.actor, current_correlation_id.get())
        return await self._commands[event](cause, data)

    async def _auth(self, session: Session, data: Any) -> AuthSuccess:
        request = convert_data(data, AuthEvent)
        token = request.token if request.data is None else request.data
        access = await self._tokens.verify(token or "")
        # Nothing is awaited from here on: what is delivered next is for the new listener.
        success = AuthSuccess(
            user_id=access.actor.user_id,
            position=self._delivery.position,
            log=str(self._log_id),
            transaction=request.transaction,
        )
        if self._sessions.is_open(session):
            self.server.send(session.eio_sid, event_packet("auth-success", success))
            self._sessions.listen(session, access.actor)
            session.transaction = request.transaction
            self._set_expiry(session, access)
        return success

    def _say_error(
        self, session: Session, event: str, transaction: str | None, code: str, message: str
    ) -> None:
        error = SocketError(event=sayable(event), message=message, code=code)
        self.server.send(session.eio_sid, event_packet("socket-api-error", error))
        if transaction is not None:
            packet = event_packet(f"socket-api-error-{transaction}", message)
            self.server.send(session.eio_sid, packet)

    def _set_auth_deadline(self, session: Session) -> None:
        def close() -> None:
            logger.info("closing a connection: not authenticated in %g s", self._auth_timeout)
            # The loop keeps the task while the close is under way, which takes no time.
            asyncio.ensure_future(self.server.close(session.eio_sid, may_return=False))  # noqa: RUF006

        session.set_timer(asyncio.get_running_loop().call_later(self._auth_timeout, close))

    def _set_expiry(self, session: Session, access: Access) -> None:
        def expire() -> None:
            if time.time() < access.expires_at:
                self._set_expiry(session, access)
                return
            self._sessions.silence(session)
            message = "the access token has expired"
            self._say_error(session, "auth", session.transaction, "token_expired", message)
            self._set_auth_deadline(session)

        # Up to a millisecond late rather than early: then the second look is not needed.
        delay = min(max(access.expires_at - time.time(), 0) + 0.001, LONGEST_TIMER)
        session.set_timer(asyncio.get_running_loop().call_later(delay, expire))


def _transaction(data: Any) -> str | None:
    """The transaction that a client sent with an event, if it is one that can name an error."""
    transaction = data.get("transaction") if isinstance(data, dict) else None
    if (
        not isinstance(transaction, str)
        or not 1 <= len(transaction) <= MAX_TRANSACTION_LENGTH
        or has_lone_surrogate(transaction)
    ):
        return None
    return transaction
