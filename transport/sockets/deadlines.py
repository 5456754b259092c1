"""Deadlines: when a connection must have authenticated, and when its token runs out.

The connection of a client whose token was good here is closed: the client reconnects by itself and
asks its `auth` function for a fresh token. One that never showed a good token is disconnected, so
that its client stays away; a token that has run out brings its client back once and no more.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.errors import Unauthenticated
from transport.limits.pacing import Pacing
from transport.socketio.connection import NO_CONTEXT
from transport.socketio.server import SocketServer
from transport.sockets.replies import Replies

logger = logging.getLogger(__name__)

ENDED_PER_TURN = 2
"""Connections; many that were opened together have their deadlines together."""

LONGEST_TIMER = 86_400.0
"""Seconds; an expiry further away is looked at again then."""


class Deadlines:
    """Sets the deadline of a session, of which it has one at a time."""

    def __init__(self, server: SocketServer, replies: Replies, *, auth_timeout: float) -> None:
        self._server = server
        self._replies = replies
        self._auth_timeout = auth_timeout
        self._pacing = Pacing(ENDED_PER_TURN)

    def await_auth(self, session: Session, *, within: float | None = None) -> None:
        """Close the connection unless it authenticates in time: within so many seconds, or those
        that there are for it."""
        timeout = self._auth_timeout if within is None else within
        self._set(session, timeout, self._close)

    def _close(self, session: Session) -> None:
        logger.info("closing a connection: not authenticated in %g s", self._auth_timeout)
        # The loop keeps the task, which waits for its turn alone.
        asyncio.ensure_future(self._end(session))  # noqa: RUF006

    async def _end(self, session: Session) -> None:
        """End a connection, after those whose deadlines have come before."""
        await self._pacing.wait_for_turn(session.address)
        if session.actor is None:  # it may have authenticated while it waited
            end = self._server.close if session.may_reconnect else self._server.disconnect
            await end(session.eio_sid)

    def await_expiry(self, session: Session) -> None:
        """Once its access has expired, say so, tell the session nothing more, and await its next
        `auth`."""
        # Up to a millisecond late rather than early: then the second look is not needed.
        delay = min(max(session.expires_at - time.time(), 0) + 0.001, LONGEST_TIMER)
        self._set(session, delay, self._expire)

    def _expire(self, session: Session) -> None:
        if time.time() < session.expires_at:
            self.await_expiry(session)
            return
        session.expire(End.EXPIRED)
        expired = Unauthenticated("token_expired", "the access token has expired")
        self._replies.say_ended(session, expired)
        self.await_auth(session)

    @staticmethod
    def _set(session: Session, seconds: float, reached: Callable[[Session], None]) -> None:
        loop = asyncio.get_running_loop()
        session.set_deadline(loop.call_later(seconds, reached, session, context=NO_CONTEXT))
