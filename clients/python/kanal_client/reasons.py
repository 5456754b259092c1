"""Why the list is not live, as far as this client can find out, for the state to say."""

import asyncio
from contextlib import suppress

from kanal_client.errors import KanalError
from kanal_client.requests import Request, Requests
from kanal_client.store import Store

ASKED_WITHIN = 5.0
"""Seconds that an answer may take for which the next attempt waits."""


class Reasons:
    """Puts them into the state."""

    def __init__(self, requests: Requests, workspace: str, store: Store) -> None:
        self._requests = requests
        self._workspace = workspace
        self._store = store
        self._attempts = 0
        """How often in a row there was no connection at all."""

    def show(self, reason: KanalError) -> None:
        """Show one, unless the list is live or the token is refused, which is one already."""
        if self._store.state.status not in ("live", "refused"):
            self._store.set(reason=reason)

    def connected(self) -> None:
        """A connection has come about."""
        self._attempts = 0

    async def unconnected(self) -> None:
        """Ask why there is none: by one request after 1, 2, 4, 8, … attempts, so that many clients
        cost little."""
        self._attempts += 1
        if self._attempts & (self._attempts - 1):
            return
        path = ("workspaces", self._workspace, "channels")
        with suppress(TimeoutError):
            async with asyncio.timeout(ASKED_WITHIN):
                self.show(await self._requests.why_unconnected(Request("GET", path, {"limit": 1})))

    async def fresh_token(self) -> str:
        """A token that the application gives now. Raises KanalError where it gives none."""
        try:
            return await self._requests.tokens.fresh()
        except Exception as error:
            message = "the application has given no token"
            raise KanalError("token_unavailable", message) from error
