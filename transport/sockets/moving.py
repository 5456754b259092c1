"""Moving: what a session is that goes on at another node, and how it goes on there.

It is small, since all that is told comes from the log: at the other node the session catches up
from its position, and is live. What was taken back meanwhile is taken back there too, and what ends
at a time ends at that time.
"""

from collections.abc import Callable
from contextlib import suppress

import msgspec

from domain.actor import Actor
from domain.errors import AccessRevoked, Unavailable
from domain.event_log import UndecodableEvent
from transport.auth.revocations import Revocations
from transport.delivery.catch_up import CatchUp
from transport.delivery.claims import Handshake, Told
from transport.delivery.left_out import LeftOut
from transport.delivery.live_delivery import Delivery
from transport.delivery.session import Session
from transport.delivery.session_state import State
from transport.delivery.sessions import Sessions
from transport.errors import RateLimited
from transport.limits.limits import Limits
from transport.socketio.takeover import TakeOverFailed
from transport.sockets.deadlines import Deadlines
from transport.sockets.revoked_sessions import RevokedSessions


class Speaking(msgspec.Struct, frozen=True, array_like=True):
    """What a session is that speaks for a user."""

    actor: Actor
    expires_at: float
    told: Told
    left_out: LeftOut | None


class MovedSession(msgspec.Struct, frozen=True, array_like=True):
    """What a session is; `log` is the epoch whose positions it knows."""

    log: str
    address: str
    is_prepaid: bool
    may_reconnect: bool
    offset_suffix: str | None
    handshake: Handshake
    transaction: str | None
    speaking: Speaking | None
    patience: float
    """Seconds in which it must authenticate, where it speaks for nobody."""
    client_address: str = ""


class Moving:
    """Hands sessions over to other nodes, and takes over theirs."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        delivery: Delivery,
        catch_up: CatchUp,
        deadlines: Deadlines,
        limits: Limits,
        revocations: Revocations,
        revoked: RevokedSessions,
    ) -> None:
        self._sessions = sessions
        self._delivery = delivery
        self._catch_up = catch_up
        self._deadlines = deadlines
        self._limits = limits
        self._revocations = revocations
        self._revoked = revoked

    def describe(self, session: Session) -> bytes | None:
        """What another node is to know of a session; None where it cannot go on there. One that has
        expired is about to end, or the log has come into another epoch."""
        if session.state in {State.EXPIRED, State.CLOSED} or not self._delivery.is_following:
            return None
        speaking = None
        if session.actor is not None:
            speaking = Speaking(session.actor, session.expires_at, session.told, session.left_out)
        moved = MovedSession(
            self._delivery.lineage.log_id,
            session.address,
            session.is_prepaid,
            session.may_reconnect,
            session.offset_suffix,
            session.handshake,
            session.transaction,
            speaking,
            session.patience,
            session.client_address,
        )
        return msgspec.msgpack.encode(moved)

    def take_over(self, eio_sid: str, described: bytes) -> Callable[[], None]:
        """Open a session of what another node has described. Answers what goes on with it, once its
        connection can be sent to. Raises TakeOverFailed."""
        try:
            moved = _DECODER.decode(described)
        except msgspec.DecodeError as error:
            raise TakeOverFailed from error
        delivery, speaking = self._delivery, moved.speaking
        if not delivery.is_following or delivery.lineage.log_id != moved.log:
            raise TakeOverFailed
        try:
            user_id = speaking.actor.user_id if speaking is not None else None
            self._limits.arrival(
                None if not moved.is_prepaid else moved.address,
                len(self._sessions),
                0 if user_id is None else self._sessions.listeners.connections_of(user_id),
                user_id or "",
            )
            if speaking is not None:
                with suppress(AccessRevoked):  # it is told so
                    self._revocations.admit(speaking.actor)
        except (RateLimited, Unavailable, UndecodableEvent) as error:
            raise TakeOverFailed from error
        session = self._sessions.open(eio_sid, moved.address, moved.client_address)
        session.is_prepaid, session.may_reconnect = moved.is_prepaid, moved.may_reconnect
        session.offset_suffix, session.handshake = moved.offset_suffix, moved.handshake
        session.transaction = moved.transaction
        return lambda: self._go_on(session, moved)

    def _go_on(self, session: Session, moved: MovedSession) -> None:
        speaking = moved.speaking
        if speaking is None:
            self._deadlines.await_auth(session, within=moved.patience)
            return
        session.go_on(speaking.actor, speaking.told, speaking.left_out or LeftOut())
        session.expires_at = speaking.expires_at
        self._deadlines.await_expiry(session)
        self._revoked.revisit_one(session)
        if session.state is State.CATCHING_UP:
            if session.position == self._delivery.position:
                session.go_live()
            else:
                session.run_catch_up(self._catch_up.run(session))


_DECODER = msgspec.msgpack.Decoder(MovedSession)
