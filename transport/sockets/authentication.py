"""Authentication: whom a session speaks for, and from which position on it is told.

    CONNECT: is the token good, will all that was missed be told? → the pid that says so
    `auth`:  is the token good? → `auth-success` → what was missed → what is live

What CONNECT has answered holds for the `auth` that follows it, whatever is written meanwhile.
"""

from dataclasses import replace
from typing import Any

from domain.errors import AccessRevoked, Invalid, Unavailable
from persistence.log.epochs import Lineage
from transport.auth.door import Door
from transport.auth.revocations import Revocations
from transport.auth.tokens import Access
from transport.delivery.catch_up import CatchUp
from transport.delivery.claims import NO_HANDSHAKE, Claim, Handshake, best_claim
from transport.delivery.live_delivery import Delivery
from transport.delivery.resume_check import ResumeCheck
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.errors import Malformed, Unauthenticated, refusal_of
from transport.limits.limits import Limits
from transport.limits.pacing import Pacing
from transport.metrics import Metrics
from transport.schemas.authentication import AuthEvent, AuthSuccess
from transport.schemas.decoding import convert_data
from transport.sockets.deadlines import Deadlines
from transport.sockets.recovery import kept_by
from transport.sockets.replies import Replies

AUTHENTICATED_PER_TURN = 1
"""Tokens that are checked in one turn of the event loop: what is live waits for several turns."""


class Authentication:
    """Authenticates sessions, and has them told what their users may see."""

    def __init__(
        self,
        *,
        door: Door,
        limits: Limits,
        revocations: Revocations,
        metrics: Metrics,
        sessions: Sessions,
        delivery: Delivery,
        resume: ResumeCheck,
        catch_up: CatchUp,
        replies: Replies,
        deadlines: Deadlines,
    ) -> None:
        self._door = door
        self._limits = limits
        self._revocations = revocations
        self._metrics = metrics
        self._sessions = sessions
        self._delivery = delivery
        self._resume = resume
        self._catch_up = catch_up
        self._replies = replies
        self._deadlines = deadlines
        self._pacing = Pacing(AUTHENTICATED_PER_TURN)
        self.refused_because: str | None = None
        """Why nobody may authenticate any more, where that is so."""

    async def greet(self, session: Session, auth: Any) -> dict[str, str]:
        """What the answer to CONNECT holds beside its id: a pid, for a client that recovers. It is
        the client's own where all that it missed will be told."""
        await self._delivery.followed()
        kept = kept_by(auth)
        if kept is None:
            session.connect(NO_HANDSHAKE, offset_suffix=None)
            return {}
        lineage, handshake = self._delivery.lineage, NO_HANDSHAKE
        if kept.claim is not None:
            handshake = await self._decide(session, Handshake(kept.claim, kept.offset), auth)
        pid = kept.answered(lineage.log_id, is_told_all=handshake.can_resume is True)
        if session.is_open:
            session.connect(handshake, offset_suffix=pid.suffix(lineage.log_id))
        return {"pid": str(pid)}

    async def _decide(self, session: Session, handshake: Handshake, auth: Any) -> Handshake:
        """Decide whether a client can resume from its claim, where its token is good."""
        lineage = self._delivery.lineage
        try:
            request, access = await self._check(session, auth)
            claim = _claim(handshake, request, lineage)
            can_resume = claim is not None and await self._resume.can_resume(
                claim, access.actor, lineage
            )
        except Exception as error:
            refusal_of(error)  # is told by the `auth` that follows; one unforeseen is logged
            return handshake
        return replace(handshake, claim=claim, can_resume=can_resume)

    async def authenticate(self, session: Session, data: Any) -> AuthSuccess:
        """Serve `auth`: the session speaks for another from now on.

        Raises Malformed, Invalid, Unauthenticated, RateLimited and Unavailable, and changes nothing
        then.
        """
        await self._delivery.followed()
        lineage, handshake = self._delivery.lineage, session.handshake
        try:
            request, access = await self._check(session, data)
        except (Unauthenticated, AccessRevoked):
            session.is_prepaid = False
            raise
        self._limits.connection_of_user(
            self._other_connections(session, access), access.actor.user_id
        )
        self._limits.authentication(access.actor.user_id)
        actor, claim, recovered = access.actor, handshake.claim, handshake.can_resume
        if recovered is None:
            claim = _claim(handshake, request, lineage)
        if claim is None and session.told.user_id == actor.user_id:
            upto = session.told.upto
            # Of a workspace that is new to the connection, its client has seen nothing.
            claim = Claim(upto) if session.told.includes_all(actor.roles, upto) else None
        if recovered is None:
            recovered = claim is not None and await self._resume.can_resume(claim, actor, lineage)
        await self._delivery.come_up()
        # Nothing is awaited from here on: what is delivered next is for the new actor, and what was
        # taken back from them until now is known, as are the connections that they have by now.
        actor = self._revocations.admit(actor)
        self._limits.connection_of_user(
            self._other_connections(session, access), access.actor.user_id
        )
        if lineage is not self._delivery.lineage or not self._delivery.is_following:
            raise Unavailable("the log has just come into another epoch")
        told = session.told
        start = claim.position if claim is not None and recovered else self._delivery.position
        if told.user_id == actor.user_id and told.includes_all(actor.roles, start):
            start = told.upto
        success = AuthSuccess(
            user_id=actor.user_id,
            position=start,
            log=lineage.log_id,
            recovered=recovered,
            transaction=request.transaction,
        )
        if session.is_open:
            if claim is not None:
                self._metrics.resumes.labels(recovered=str(recovered).lower()).inc()
            if session.is_prepaid:
                self._limits.give_back(session.address)
            session.authenticate(actor, start, has_resumed=recovered)
            session.transaction = request.transaction
            self._replies.send(session, "auth-success", success)
            if start == self._delivery.position:
                session.go_live()
            else:
                session.run_catch_up(self._catch_up.run(session))
            for workspace_id in sorted(actor.revoked):
                self._replies.say_ended(session, AccessRevoked.to(workspace_id))
            session.expires_at = access.expires_at
            self._deadlines.await_expiry(session)
        return success

    def _other_connections(self, session: Session, access: Access) -> int:
        """How many connections the user has on this node beside that of the session."""
        user_id = access.actor.user_id
        is_own = session.actor is not None and session.actor.user_id == user_id
        return self._sessions.listeners.connections_of(user_id) - is_own

    async def _check(self, session: Session, data: Any) -> tuple[AuthEvent, Access]:
        """What an `auth` asks for, and the access that its token grants. Raises as that does."""
        await self._pacing.wait_for_turn(session.address)
        try:
            request = convert_data(data, AuthEvent)
        except (Malformed, Invalid):
            self._limits.stranger(session.address)
            self._limits.failed(session.address)
            raise
        token = request.token if request.data is None else request.data
        could_reconnect, session.may_reconnect = session.may_reconnect, True  # it may be a good one
        are_known = self._revocations.are_known
        try:
            access = await self._door.verify(
                token or "", session.address, is_prepaid=session.is_prepaid
            )
        except (Unauthenticated, AccessRevoked):
            session.may_reconnect = could_reconnect
            raise
        if not are_known:  # all who have waited for that go on together
            await self._pacing.wait_for_turn(session.address)
        if self.refused_because is not None:
            raise Unavailable(self.refused_because)
        return request, access


def _claim(handshake: Handshake, request: AuthEvent, lineage: Lineage) -> Claim | None:
    """The best of what the client claims, with `auth` and with its handshake."""
    if request.position is None:
        return handshake.claim
    return best_claim(lineage, Claim(request.position, request.log), handshake.claim)
