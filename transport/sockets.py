"""The sockets' events: `auth` and the commands, their answers, and the pair that tells an error."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.actor import Actor, Cause
from domain.commands import ChannelCommands
from domain.errors import Unavailable
from domain.identifiers import has_lone_surrogate
from persistence.stored_events import StoredEvents
from transport.catch_up import CatchUp
from transport.correlation import correlation_id, current_correlation_id
from transport.delivery import Delivery
from transport.errors import (
    AckError,
    SocketError,
    Unauthenticated,
    UnknownEvent,
    refusal_of,
    sayable,
)
from transport.metrics import Metrics
from transport.origins import Origins
from transport.packets import event_message
from transport.resume import (
    NOTHING_TOLD,
    Claim,
    Told,
    best_claim,
    claim_of_handshake,
    wants_recovery,
)
from transport.schemas import (
    MAX_TRANSACTION_LENGTH,
    AuthEvent,
    AuthSuccess,
    convert_data,
)
from transport.sessions import Session, Sessions
from transport.socket_commands import SocketCommands
from transport.socket_server import SocketServer
from transport.tokens import Access, TokenVerifier
from transport.turns import Turns

logger = logging.getLogger(__name__)

AUTHENTICATED_AT_ONCE = 8
"""Tokens that are looked at in one turn of the loop."""

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
        metrics: Metrics,
        auth_timeout: float,
        resume_limit: int,
        send_buffer: int,
        is_direct: bool,
        origins: Origins,
    ) -> None:
        self._sessions = sessions
        self._metrics = metrics
        self._resume_limit = resume_limit
        self._tokens = tokens
        self._auth_timeout = auth_timeout
        self._authentications = Turns(AUTHENTICATED_AT_ONCE)
        self._unavailable_because: str | None = None
        self._commands = SocketCommands(commands).by_event
        self.server = SocketServer(
            on_open=self._opened,
            on_connect=self._connected,
            on_event=self._serve,
            on_leave=self._left,
            on_close=self._closed,
            greeting=self._greeting,
            on_cut=metrics.sockets_cut.inc,
            send_buffer=send_buffer,
            is_direct=is_direct,
            origins=origins,
        )

    def start(
        self, delivery: Delivery, log_id: UUID, stored: StoredEvents, catch_up: CatchUp
    ) -> None:
        """Begin to serve, with the delivery that says where a socket's events begin."""
        self._delivery = delivery
        self._log_id = str(log_id)
        self._stored = stored
        self._catch_up = catch_up

    async def send_away(self, why: str) -> None:
        """Close all connections, and let nobody authenticate from now on; their clients try again,
        and find another node."""
        self._unavailable_because = why
        for session in list(self._sessions):
            await self.server.close(session.eio_sid, may_return=True)

    async def let_go(self) -> None:
        """Open no more connections, and let all clients go and come back by themselves, each once
        it has the answer to what it asked."""
        self.server.eio.stop()
        await asyncio.gather(*[self._let_go(session) for session in self._sessions])

    async def _let_go(self, session: Session) -> None:
        async with session.turn:
            self._silence(session)
            await self.server.taken(session.eio_sid)
            await self.server.close(session.eio_sid, may_return=True)

    def _opened(self, eio_sid: str) -> None:
        self._set_auth_deadline(self._sessions.open(eio_sid))
        self._metrics.connections.inc()

    def _closed(self, eio_sid: str) -> None:
        if self._sessions.close(eio_sid):
            self._metrics.connections.dec()

    def _greeting(self, eio_sid: str, auth: Any) -> dict[str, str]:
        """What the answer to CONNECT holds beside its id: the log's, for those that recover."""
        session = self._sessions[eio_sid]
        session.recovers = wants_recovery(auth)
        session.claim = claim_of_handshake(auth)
        session.told = NOTHING_TOLD
        session.place = session.claim.position if session.claim is not None else 0
        return {"pid": self._log_id} if session.recovers else {}

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
                self._silence(session)
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
        await self._authentications.come()
        access = await self._tokens.verify(token or "")
        if self._unavailable_because is not None:
            raise Unavailable(self._unavailable_because)
        actor = access.actor
        claim = best_claim(
            self._log_id,
            Claim(request.position, request.log) if request.position is not None else None,
            session.claim,
        )
        told = self._told(session)
        if claim is None and told.user_id == actor.user_id:
            claim = Claim(told.upto)
        recovered = claim is not None and await self._can_resume(claim, actor)
        # Nothing is awaited from here on: what is delivered next is for the new listener.
        told = self._told(session)
        start = claim.position if claim is not None and recovered else self._delivery.position
        if told.user_id == actor.user_id and told.includes_all(actor.roles, start):
            start = told.upto
        success = AuthSuccess(
            user_id=actor.user_id,
            position=start,
            log=self._log_id,
            recovered=recovered,
            transaction=request.transaction,
        )
        if self._sessions.is_open(session):
            if claim is not None:
                self._metrics.resumes.labels(recovered=str(recovered).lower()).inc()
            self._sessions.silence(session)
            session.claim, session.told, session.place = None, told.then(actor, start), start
            session.actor = actor
            self._send(session, "auth-success", success)
            if start == self._delivery.position:
                self._sessions.listen(session, actor)
            else:
                session.catching_up = asyncio.create_task(self._catch_up.run(session, actor, told))
            session.transaction = request.transaction
            self._set_expiry(session, access)
        return success

    async def _can_resume(self, claim: Claim, actor: Actor) -> bool:
        """Whether what follows a claim can be told. Raises Unavailable."""
        if claim.log not in (None, self._log_id):
            return False
        position = self._delivery.position
        if claim.position > position:
            return claim.position <= await self._stored.head()  # another node was ahead of us
        if position - claim.position <= self._resume_limit:
            return True
        limit = self._resume_limit + 1
        missed = await self._stored.count_workspaces(
            list(actor.roles), after=claim.position, limit=limit
        )
        return missed < limit

    def _told(self, session: Session) -> Told:
        """What the connection has been told by now."""
        if session.actor is None:
            return session.told
        return replace(session.told, upto=self._position(session))

    def _position(self, session: Session) -> int:
        """Up to where a session has been told what there is to tell."""
        return self._delivery.position if session.is_level else session.place

    def _silence(self, session: Session) -> None:
        """Let a session hear nothing more, and remember what it was told."""
        session.told, session.place = self._told(session), self._position(session)
        self._sessions.silence(session)

    def _send(self, session: Session, event: str, argument: Any) -> None:
        """Send an event; to a client that recovers, with its place as the last argument: it takes
        any text there for that."""
        place = [str(self._position(session))] if session.recovers else []
        self.server.send(session.eio_sid, event_message(event, argument, *place))

    def _say_error(
        self, session: Session, event: str, transaction: str | None, code: str, message: str
    ) -> None:
        error = SocketError(event=sayable(event), message=message, code=code)
        self._send(session, "socket-api-error", error)
        if transaction is not None:
            self._send(session, f"socket-api-error-{transaction}", message)

    def _set_auth_deadline(self, session: Session) -> None:
        def close() -> None:
            logger.info("closing a connection: not authenticated in %g s", self._auth_timeout)
            may_return = self._unavailable_because is not None
            # The loop keeps the task while the close is under way, which takes no time.
            asyncio.ensure_future(self.server.close(session.eio_sid, may_return=may_return))  # noqa: RUF006

        session.set_timer(asyncio.get_running_loop().call_later(self._auth_timeout, close))

    def _set_expiry(self, session: Session, access: Access) -> None:
        def expire() -> None:
            if time.time() < access.expires_at:
                self._set_expiry(session, access)
                return
            self._silence(session)
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
