"""The callers of the HTTP routes: who asks, with which bearer token, and how often they may."""

from sanic.request import Request

from domain.actor import Cause
from transport.auth.door import Door
from transport.correlation import current_correlation_id
from transport.errors import Unauthenticated
from transport.limits.limits import Limits

SAFE = frozenset({"GET", "HEAD"})


class Callers:
    """Finds out who asks, and counts what they ask for."""

    def __init__(self, door: Door, limits: Limits) -> None:
        self._door = door
        self._limits = limits

    async def cause(self, request: Request, workspace_id: str | None = None) -> Cause:
        """Whom the bearer token (RFC 6750) speaks for, and the request's id; until when, is in
        `request.ctx.access`.

        Raises Unauthenticated and AccessRevoked; Forbidden where the request is about a workspace
        that is none of the caller's; RateLimited; and Unavailable.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(
                "token_missing", "an access token is needed: Authorization: Bearer"
            )
        access = await self._door.verify(token.strip(), self._limits.address(request))
        request.ctx.user_id, request.ctx.access = access.actor.user_id, access
        if request.method not in SAFE:
            self._limits.command(access.actor.user_id)
        if workspace_id is not None:
            access.actor.role_in(workspace_id)
        return Cause(access.actor, current_correlation_id.get())

    async def operator(self, request: Request) -> Cause:
        """The same of a request that only an operator may make: raises Forbidden for others. What
        it reads counts as a command does, since it reads the log and asks all nodes."""
        cause = await self.cause(request)
        cause.actor.check_operates()
        if request.method in SAFE:
            self._limits.command(cause.actor.user_id)
        return cause
