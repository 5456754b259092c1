"""The sockets' events: connections come and go, and each event is served and answered in turn."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from domain.actor import Cause
from domain.errors import Unavailable
from transport.command import Commands
from transport.commands import COMMANDS
from transport.correlation import correlation_id, current_correlation_id
from transport.delivery.live_delivery import Delivery
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.errors import RateLimited, Unauthenticated, UnknownEvent, refusal_of, sayable
from transport.limits.limits import Limits
from transport.metrics import Metrics, Outcome
from transport.schemas.decoding import transaction_of
from transport.socketio.handler import Handler
from transport.socketio.server import SocketServer
from transport.sockets.access import note_authenticated, note_closed, note_connected
from transport.sockets.authentication import Authentication
from transport.sockets.await_position import await_position
from transport.sockets.deadlines import Deadlines
from transport.sockets.moving import Moving
from transport.sockets.replies import Replies
from transport.sockets.silence import silence_of

SPEAKS_WITHIN = 1.0
"""Seconds in which a client that has connected says who it is, if it can."""


class SocketEvents(Handler):
    """Serves the events of all connections."""

    def __init__(
        self,
        *,
        server: SocketServer,
        sessions: Sessions,
        delivery: Delivery,
        authentication: Authentication,
        commands: Commands,
        limits: Limits,
        replies: Replies,
        deadlines: Deadlines,
        moving: Moving,
        metrics: Metrics,
    ) -> None:
        self._server = server
        self._sessions = sessions
        self._delivery = delivery
        self._authentication = authentication
        self._commands = commands
        self._limits = limits
        self._replies = replies
        self._deadlines = deadlines
        self._moving = moving
        self._metrics = metrics
        server.serve(self)

    async def send_away(self, why: str | None = None) -> None:
        """Close all connections, whose clients reconnect; with a reason nobody can authenticate
        from now on, and they find another node."""
        self._authentication.refused_because = why
        for session in self._sessions:
            await self._server.close(session.eio_sid)

    def __len__(self) -> int:
        """How many connections are open."""
        return len(self._sessions)

    async def let_go(self, seconds: float) -> None:
        """Shut down as below, evenly over so many seconds; events are served and told meanwhile."""
        self._server.eio.stop_accepting()
        clock, sessions = asyncio.get_running_loop().time, list(self._sessions)
        begin = clock()
        async with asyncio.TaskGroup() as closings:
            for number, session in enumerate(sessions):
                await asyncio.sleep(begin + seconds * number / len(sessions) - clock())
                closings.create_task(self._close_in_turn(session))

    async def shut_down(self) -> None:
        """Open no more connections, and close all, each once its client has the answer to what it
        asked; the clients reconnect."""
        self._server.eio.stop_accepting()
        await asyncio.gather(*[self._close_in_turn(session) for session in self._sessions])

    async def _close_in_turn(self, session: Session) -> None:
        async with session.lock:
            session.expire(End.STOPPED)
            await self._server.flush(session.eio_sid)
            await self._server.close(session.eio_sid)

    # What the server tells its handler.

    def opened(self, eio_sid: str, transport: str, address: str, client_address: str) -> None:
        session = self._sessions.open(eio_sid, address, client_address)
        is_served = self._delivery.is_following and self._authentication.refused_because is None
        session.may_reconnect = not is_served
        self._deadlines.await_auth(session)
        self._metrics.connections.inc()
        note_connected(session, transport)

    def closed(self, eio_sid: str, reason: str) -> None:
        session = self._sessions.get(eio_sid)
        if session is not None:
            note_closed(session, self._transport(session), reason)
            self._sessions.close(eio_sid)
            self._metrics.connections.dec()

    def _transport(self, session: Session) -> str:
        return self._server.transport_of(session.eio_sid)[0]

    def aborted(self, eio_sid: str) -> None:
        session = self._sessions.get(eio_sid)
        if session is not None:
            session.ends_with = End.TOO_SLOW
        self._metrics.sockets_cut.inc()

    async def greeting(self, eio_sid: str, auth: Any) -> dict[str, str]:
        try:
            return await self._authentication.greet(self._sessions[eio_sid], auth)
        except Unavailable:  # a client that is refused here would stay away
            await self._server.close(eio_sid)
            return {}

    async def connected(self, eio_sid: str, auth: Any) -> None:
        """A token in the handshake is the same as an `auth` sent first. Where there is none, a poll
        ends a second later: the Go client sends nothing, its `auth` included, while one is open."""
        if isinstance(auth, dict) and ("token" in auth or "data" in auth):
            await self.event(eio_sid, "auth", [auth])
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(SPEAKS_WITHIN, self._let_speak, self._sessions[eio_sid])

    def _let_speak(self, session: Session) -> None:
        if session.actor is None:
            self._server.answer_poll(session.eio_sid)

    async def hand_over(self, eio_sid: str) -> bytes | None:
        session = self._sessions.get(eio_sid)
        if session is None:
            return None
        async with session.lock:
            described = self._moving.describe(session)
            if described is not None:
                if session.is_prepaid:
                    self._limits.give_back(session.address)  # it is taken at the other node
                session.ends_with = End.MOVED
                self.closed(eio_sid, End.MOVED)
                self._metrics.sessions_moved.labels("away").inc()
            return described

    def take_over(self, eio_sid: str, handed_over: bytes) -> Callable[[], None]:
        go_on = self._moving.take_over(eio_sid, handed_over)
        self._metrics.connections.inc()
        self._metrics.sessions_moved.labels("here").inc()
        note_connected(self._sessions[eio_sid], "websocket", has_moved=True)
        return go_on

    async def left(self, eio_sid: str) -> None:
        """A client that has left the namespace, yet not the connection, speaks for nobody."""
        session = self._sessions.get(eio_sid)
        if session is None:
            return
        async with session.lock:
            if session.actor is not None:
                session.expire(End.LEFT)
                self._deadlines.await_auth(session)

    async def event(self, eio_sid: str, name: str, arguments: list[Any]) -> Any:
        """Serve one event and answer what its acknowledgement is to hold. Never raises."""
        session = self._sessions[eio_sid]
        data = arguments[0] if arguments else None
        transaction = transaction_of(data)
        # The client's own name for the request, where it gave one.
        current_correlation_id.set(correlation_id(transaction))
        async with session.lock:
            began, outcome = monotonic(), Outcome.DONE
            try:
                return await self._dispatch(session, name, data)
            except Exception as error:
                refusal = refusal_of(error)
                outcome = Outcome.of(refusal.status)
                self._metrics.refusals.labels(refusal.code).inc()
                if name == "auth":
                    note_authenticated(session, self._transport(session), refusal.code)
                if isinstance(error, RateLimited):
                    await self._limits.hold(error)
                self._replies.say_error(session, name, transaction, refusal.ack)
                return {"error": refusal.ack}
            finally:
                if name in COMMANDS:
                    self._metrics.command(name, outcome).observe(monotonic() - began)

    async def _dispatch(self, session: Session, event: str, data: Any) -> Any:
        if event == "auth":
            answer = await self._authentication.authenticate(session, data)
            note_authenticated(session, self._transport(session))
            return answer
        if session.actor is None:
            silence = silence_of(session)
            if isinstance(silence, Unauthenticated):
                self._limits.stranger(session.address)
                self._limits.failed(session.address)
            raise silence
        self._limits.command(session.actor.user_id)
        if event == "await-position":
            return await await_position(session, self._delivery, data)
        command = COMMANDS.get(event)
        if command is None:
            known = ", ".join(["auth", "await-position", *COMMANDS])
            raise UnknownEvent(f"there is no event {sayable(event)!r}; there are: {known}")
        cause = Cause(session.actor, current_correlation_id.get())
        return await command.serve(self._commands, cause, data)
