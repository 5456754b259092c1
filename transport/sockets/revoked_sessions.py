"""Revoked sessions: what ends on the open sockets of a user whose access is taken back.

    to all workspaces   the session ends, and its connection is closed: the client reconnects, and
                        asks its `auth` function for a token
    to one              the session goes on for the others

Either way its client is told first. One whose token was issued later keeps what it has.
"""

import asyncio
import logging
from contextlib import suppress

from domain.errors import AccessRevoked
from transport.auth.revocations import Revocations
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.socketio.server import SocketServer
from transport.sockets.replies import Replies

ANSWERED_WITHIN = 1.0
"""Seconds that a command in flight may still take."""

logger = logging.getLogger(__name__)


class RevokedSessions:
    """Ends what the sessions of this node have no more."""

    def __init__(
        self, server: SocketServer, sessions: Sessions, revocations: Revocations, replies: Replies
    ) -> None:
        self._server = server
        self._sessions = sessions
        self._revocations = revocations
        self._replies = replies

    def revisit(self, user_id: str) -> None:
        """End what was taken back, on all sessions of a user, whichever way they came."""
        for session in self._sessions.listeners.of_user(user_id):
            self.revisit_one(session)

    def revisit_one(self, session: Session) -> None:
        """End what was taken back, on a session that speaks for a user."""
        actor = session.actor
        assert actor is not None
        try:
            left = self._revocations.admit(actor)
        except AccessRevoked as error:
            session.expire(End.REVOKED)
            self._replies.say_ended(session, error)
            # The loop keeps the task, which ends once its client has been told, or in a second.
            asyncio.ensure_future(self._close(session, actor.user_id))  # noqa: RUF006
        else:
            if left is not actor:
                session.narrow(left)
            for workspace_id in sorted(left.revoked - actor.revoked):
                self._replies.say_ended(session, AccessRevoked.to(workspace_id))

    async def _close(self, session: Session, user_id: str) -> None:
        """Close its connection once its client has the answer to what it asked."""
        logger.info("closing a connection of %r, whose access was taken back", user_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN), session.lock:
                pass
        await self._server.flush(session.eio_sid)
        await self._server.close(session.eio_sid)
