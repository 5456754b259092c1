"""Authentication: whom a connection speaks for, and from which place in the log it is told.

    CONNECT: is the token good, is all that was missed told? → the pid that says so
    `auth`:  is the token good? → `auth-success` → missed events, or live ones at once

What CONNECT has answered holds for the `auth` that follows it, whatever is written meanwhile.
"""

import asyncio
from typing import Any

from domain.actor import Actor
from domain.errors import Unavailable
from persistence.log.epochs import Lineage
from persistence.log.stored_events import StoredEvents
from transport.auth.tokens import Access, TokenVerifier
from transport.delivery.catch_up import CatchUp
from transport.delivery.live import Delivery
from transport.delivery.progress import NOTHING_TOLD, Claim, best_claim, is_shared
from transport.delivery.sessions import Session, Sessions
from transport.errors import refusal_of
from transport.metrics import Metrics
from transport.pacing import Turns
from transport.schemas.answers import AuthEvent, AuthSuccess, convert_data
from transport.sockets.deadlines import Deadlines
from transport.sockets.recovery import kept_by
from transport.sockets.replies import Replies

AUTHENTICATED_AT_ONCE = 8
"""Tokens that are looked at in one turn of the loop."""


class Authentication:
    """Authenticates sessions, and lets them hear what their users may."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        tokens: TokenVerifier,
        metrics: Metrics,
        lineage: Lineage,
        stored: StoredEvents,
        delivery: Delivery,
        catch_up: CatchUp,
        replies: Replies,
        deadlines: Deadlines,
        resume_limit: int,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._metrics = metrics
        self._lineage = lineage
        self._stored = stored
        self._delivery = delivery
        self._catch_up = catch_up
        self._replies = replies
        self._deadlines = deadlines
        self._resume_limit = resume_limit
        self._turns = Turns(AUTHENTICATED_AT_ONCE)
        self.refused_because: str | None = None
        """Why nobody may authenticate any more, where that is so."""

    async def greet(self, session: Session, auth: Any) -> dict[str, str]:
        """What the answer to CONNECT holds beside its id: a pid, for a client that recovers, which
        is the one that it sent where all that it missed will be told."""
        session.told, session.claim, session.can_resume = NOTHING_TOLD, None, None
        kept = kept_by(auth)
        if kept is None:
            session.offset_suffix = None
            return {}
        session.claim = kept.claim
        session.kept_offset = kept.offset if kept.claim is not None else ""
        if kept.claim is not None:
            await self._decide(session, auth)
        pid = kept.answered(self._lineage.log_id, is_told_all=session.can_resume is True)
        session.offset_suffix = pid.suffix(self._lineage.log_id)
        return {"pid": str(pid)}

    async def _decide(self, session: Session, auth: Any) -> None:
        """Decide whether a session can resume from its claim, where its token is good."""
        try:
            request, access = await self._check(auth)
            claim = session.claim = self._claim(session, request)
            session.can_resume = claim is not None and await self._can_resume(claim, access.actor)
        except Exception as error:
            refusal_of(error)  # is told by the `auth` that follows; one unforeseen is logged

    async def authenticate(self, session: Session, data: Any) -> AuthSuccess:
        """Serve `auth`: the session speaks for another from now on.

        Raises Malformed, Invalid, Unauthenticated and Unavailable, and changes nothing then.
        """
        request, access = await self._check(data)
        actor, recovered = access.actor, session.can_resume
        claim = session.claim if recovered is not None else self._claim(session, request)
        told = self._delivery.told(session)
        if claim is None and told.user_id == actor.user_id:
            claim = Claim(told.upto)
        if recovered is None:
            recovered = claim is not None and await self._can_resume(claim, actor)
        # Nothing is awaited from here on: what is delivered next is for the new listener.
        told = self._delivery.told(session)
        start = claim.position if claim is not None and recovered else self._delivery.position
        if told.user_id == actor.user_id and told.includes_all(actor.roles, start):
            start = told.upto
        success = AuthSuccess(
            user_id=actor.user_id,
            position=start,
            log=self._lineage.log_id,
            recovered=recovered,
            transaction=request.transaction,
        )
        if self._sessions.is_open(session):
            if claim is not None:
                self._metrics.resumes.labels(recovered=str(recovered).lower()).inc()
            self._sessions.silence(session)
            session.claim, session.can_resume = None, None
            session.told, session.place = told.then(actor, start), start
            session.actor, session.may_return = actor, True
            self._replies.send(session, "auth-success", success)
            if start == self._delivery.position:
                self._sessions.listen(session, actor)
            else:
                session.catching_up = asyncio.create_task(self._catch_up.run(session, actor, told))
            session.transaction = request.transaction
            self._deadlines.await_expiry(session, access)
        return success

    async def _check(self, data: Any) -> tuple[AuthEvent, Access]:
        """What an `auth` asks for, and the access that its token grants. Raises as that does."""
        request = convert_data(data, AuthEvent)
        await self._turns.come()
        token = request.token if request.data is None else request.data
        access = await self._tokens.verify(token or "")
        if self.refused_because is not None:
            raise Unavailable(self.refused_because)
        return request, access

    def _claim(self, session: Session, request: AuthEvent) -> Claim | None:
        """The best of what the client claims, with `auth` and with its handshake."""
        if request.position is None:
            return session.claim
        return best_claim(self._lineage, Claim(request.position, request.log), session.claim)

    async def _can_resume(self, claim: Claim, actor: Actor) -> bool:
        """Whether what follows a claim can be told. Raises Unavailable."""
        if not is_shared(claim, self._lineage):
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
