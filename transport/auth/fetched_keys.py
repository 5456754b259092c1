"""Keys that a provider publishes: fetched beside the requests, kept while it is away, and asked for
anew when a token names one that is not known.

A source is in one of three states:

    empty    no key set was fetched yet: a token can be neither good nor bad
    current  the last fetch has brought the key set
    stale    the last fetch has failed: the keys of before go on, an unknown one may exist
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum

from domain.errors import Unavailable
from transport.auth.key_set import KeySet
from transport.auth.keys import PUBLIC_KEY_ALGORITHMS, VerificationKey
from transport.errors import ProviderFault

logger = logging.getLogger(__name__)

LIFETIME = 300.0
"""Seconds after which a key set is fetched again: that long a withdrawn key is good at most."""

COOLDOWN = 10.0
"""Seconds between two fetches for unknown keys, so that invented key ids cause few; and between two
attempts while the provider is away."""


class SourceState(StrEnum):
    EMPTY = "empty"
    CURRENT = "current"
    STALE = "stale"


class FetchedKeys:
    """The keys that `fetch` brings, for tokens of `issuer`, or of every configured one if None.

    `fetch` is bounded in time and raises ProviderFault. Only who needs an unknown key waits for it.
    """

    def __init__(
        self, name: str, fetch: Callable[[], Awaitable[KeySet]], *, issuer: str | None = None
    ) -> None:
        self.name = name
        self.issuer = issuer
        self.state = SourceState.EMPTY
        self.has_fetched: Callable[[bool], None] = lambda _: None
        """Called after each fetch: whether it has brought the key set."""
        self._fetch = fetch
        self._keys = KeySet()
        self._fetching: asyncio.Task[None] | None = None
        self._asked_at = float("-inf")
        self._fault = ""

    def known(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        return self._keys.find(algorithm, key_id)

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        if algorithm not in PUBLIC_KEY_ALGORITHMS:
            return None
        key = self.known(algorithm, key_id)
        if key is None:
            await self._ask()
            key = self.known(algorithm, key_id)
        if key is None and self.state is not SourceState.CURRENT:
            raise Unavailable("the keys that sign tokens cannot be fetched")
        return key

    async def find_successor(
        self, key: VerificationKey, algorithm: str, key_id: str | None
    ) -> VerificationKey | None:
        """The key that the provider may have now for tokens without a key id, or beside one that is
        published without: with its name, a rotation would have shown by that."""
        if self._keys.by_id.get((key_id or "", algorithm)) is key:
            return None
        await self._ask()
        found = self.known(algorithm, key_id)
        return None if found == key else found

    async def run(self) -> None:
        """Keep the keys current, for ever."""
        while True:
            await self._refresh()
            is_current = self.state is SourceState.CURRENT
            await asyncio.sleep(LIFETIME if is_current else COOLDOWN)

    async def _ask(self) -> None:
        """Fetch for an unknown key, or wait for a fetch that is under way; within the cooldown of
        the last one do neither."""
        if self._fetching is None:
            if time.monotonic() - self._asked_at < COOLDOWN:
                return
            self._asked_at = time.monotonic()
        await self._refresh()

    async def _refresh(self) -> None:
        """Fetch once for all who ask meanwhile; who gives up waiting takes it from nobody."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._take_in(), name=f"fetching {self.name}")
        await asyncio.shield(self._fetching)

    async def _take_in(self) -> None:
        try:
            self._keys = await self._fetch()
        except Exception as error:
            # Of whatever kind: no provider's document may end the task that keeps the keys.
            fault = str(error) if isinstance(error, ProviderFault) else type(error).__name__
            if self.state is SourceState.CURRENT:
                self.state = SourceState.STALE
            if fault != self._fault:  # said once, not at each attempt
                logger.warning("%s cannot be fetched: %s", self.name, fault)
                self._fault = fault
        else:
            if self._fault:
                logger.info("%s can be fetched again", self.name)
            self._fault = ""
            self.state = SourceState.CURRENT
        finally:
            self._fetching = None
        self.has_fetched(self.state is SourceState.CURRENT)
