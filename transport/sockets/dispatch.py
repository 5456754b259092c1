"""The sockets' events: connections come and go, and each event is served and answered in turn."""

import asyncio
from typing import Any

from domain.actor import Cause
from domain.commands import ChannelCommands
from domain.errors import Unavailable
from domain.identifiers import has_lone_surrogate
from persistence.log.epochs import Lineage
from persistence.log.stored_events import StoredEvents
from transport.auth.origins import Origins
from transport.auth.tokens import TokenVerifier
from transport.correlation import correlation_id, current_correlation_id
from transport.delivery.catch_up import CatchUp
from transport.delivery.live import Delivery
from transport.delivery.sessions import Session, Sessions
from transport.errors import AckError, Unauthenticated, UnknownEvent, refusal_of, sayable
from transport.metrics import Metrics
from transport.schemas.answers import MAX_TRANSACTION_LENGTH
from transport.socketio.server import SocketServer
from transport.sockets.authentication import Authentication
from transport.sockets.commands import SocketCommands
from transport.sockets.deadlines import Deadlines
from transport.sockets.replies import Replies

SPEAKS_WITHIN = 1.0
"""Seconds in which a client that has connected says who it is, if it can."""


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
        origins: Origins,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._commands = SocketCommands(commands).by_event
        self._metrics = metrics
        self._auth_timeout = auth_timeout
        self._resume_limit = resume_limit
        self._following = asyncio.Event()
        """Set while the log is followed: who comes has to wait until then."""
        self.server = SocketServer(
            on_open=self._opened,
            on_connect=self._connected,
            on_event=self._serve,
            on_leave=self._left,
            on_close=self._closed,
            greeting=self._greeting,
            on_cut=metrics.sockets_cut.inc,
            send_buffer=send_buffer,
            origins=origins,
        )

    def follow(
        self, delivery: Delivery, lineage: Lineage, stored: StoredEvents, catch_up: CatchUp
    ) -> None:
        """Serve from here on, with the delivery that says where a socket's events begin, and the
        epochs of the log that it follows."""
        self._delivery = delivery
        self._replies = Replies(self.server, delivery)
        self._deadlines = Deadlines(
            self.server, delivery, self._replies, auth_timeout=self._auth_timeout
        )
        self._authentication = Authentication(
            sessions=self._sessions,
            tokens=self._tokens,
            metrics=self._metrics,
            lineage=lineage,
            stored=stored,
            delivery=delivery,
            catch_up=catch_up,
            replies=self._replies,
            deadlines=self._deadlines,
            resume_limit=self._resume_limit,
        )
        self._following.set()

    def pause(self) -> None:
        """Tell nobody anything any more, and let whoever comes wait for `follow`."""
        self._following.clear()
        for session in self._sessions:
            self._delivery.silence(session)

    async def send_away(self, why: str | None = None) -> None:
        """Close all connections, whose clients come back; with a reason nobody can authenticate
        from now on, and they find another node."""
        self._authentication.refused_because = why
        for session in list(self._sessions):
            await self.server.close(session.eio_sid, may_return=True)

    async def let_go(self) -> None:
        """Open no more connections, and let all clients go and come back by themselves, each once
        it has the answer to what it asked."""
        self.server.eio.stop()
        await asyncio.gather(*[self._let_go(session) for session in self._sessions])

    async def _let_go(self, session: Session) -> None:
        async with session.turn:
            self._delivery.silence(session)
            await self.server.taken(session.eio_sid)
            await self.server.close(session.eio_sid, may_return=True)

    def _opened(self, eio_sid: str) -> None:
        session = self._sessions.open(eio_sid)
        is_served = self._following.is_set() and self._authentication.refused_because is None
        session.may_return = not is_served
        self._deadlines.await_auth(session)
        self._metrics.connections.inc()

    def _closed(self, eio_sid: str) -> None:
        if self._sessions.close(eio_sid):
            self._metrics.connections.dec()

    async def _greeting(self, eio_sid: str, auth: Any) -> dict[str, str]:
        await self._following.wait()
        return await self._authentication.greet(self._sessions[eio_sid], auth)

    async def _connected(self, eio_sid: str, auth: Any) -> None:
        """A token in the handshake is the same as an `auth` sent first. Where there is none, a poll
        ends a second later: the Go client sends nothing, its `auth` included, while one is open."""
        if isinstance(auth, dict) and ("token" in auth or "data" in auth):
            await self._serve(eio_sid, "auth", [auth])
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(SPEAKS_WITHIN, self._let_speak, self._sessions[eio_sid])

    def _let_speak(self, session: Session) -> None:
        if session.actor is None:
            self.server.end_poll(session.eio_sid)

    async def _left(self, eio_sid: str) -> None:
        """A client that has left the namespace, yet not the connection, speaks for nobody."""
        session = self._sessions.get(eio_sid)
        if session is None:
            return
        async with session.turn:
            if session.actor is not None:
                self._delivery.silence(session)
                self._deadlines.await_auth(session)

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
                self._replies.say_error(session, event, transaction, refusal.code, refusal.message)
                return {"error": AckError(refusal.code, refusal.message)}

    async def _dispatch(self, session: Session, event: str, data: Any) -> Any:
        if event == "auth":
            await self._following.wait()
            try:
                return await self._authentication.authenticate(session, data)
            except Unavailable:
                session.may_return = True  # its token may be a good one
                raise
        if session.actor is None:
            raise Unauthenticated("not_authenticated", "send 'auth' with an access token first")
        if event not in self._commands:
            known = ", ".join(["auth", *self._commands])
            raise UnknownEvent(f"there is no event {sayable(event)!r}; there are: {known}")
        cause = Cause(session.actor, current_correlation_id.get())
        return await self._commands[event](cause, data)


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
