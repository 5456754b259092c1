"""The limits of one node: what is taken of each, by whom, and the refusal where it has run out.

An authentication is paid for by the address while nobody knows who asks, and by the user once it is
known. So clients behind one address that authenticate cost it nothing, however many they are, and
those that fail, or connect and stay silent, use up what their address has.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from sanic.request import Request

from domain.errors import Unavailable
from transport.errors import RateLimited
from transport.limits.client_address import ClientAddresses
from transport.limits.meter import Meter
from transport.limits.rate import Rate
from transport.metrics import Metrics

AUTH_WINDOWS = 100
"""How many times the rate of authentications may come at once: clients come back together, and each
has connected before it says who it is."""

CONNECTIONS_RETRY_AFTER = 10
"""Seconds after which a user with too many connections may try again."""

HELD_FOR = {"commands": (0.5, 1.0), "authentications": (2.5, 4.0), "connections": (2.5, 4.0)}
"""Seconds until a refusal is answered, at least and at most, by what has run out: it slows down
whoever asks again at once, and spreads many who do."""

MAX_HELD = 2_000
"""Refusals that wait to be answered; further ones are answered at once."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """What is allowed; a rate that is None is off."""

    commands: Rate | None = None
    authentications: Rate | None = None
    connections: int = 100_000
    connections_of_user: int = 100
    addresses: ClientAddresses = field(default_factory=ClientAddresses)


class Limits:
    """Counts against the allowances. Every method but `give_back` raises where one has run out."""

    def __init__(self, allowed: Allowances, metrics: Metrics) -> None:
        self._allowed = allowed
        self._metrics = metrics
        self._commands = _meter(allowed.commands)
        self._of_addresses = _meter(allowed.authentications, AUTH_WINDOWS)
        self._of_users = _meter(allowed.authentications, AUTH_WINDOWS)
        self._held = 0
        self._streams: Counter[str] = Counter()
        """By user, the streams of the feed that are open."""
        self._stream_count = 0

    @property
    def streams(self) -> int:
        """The streams of the feed that are open."""
        return self._stream_count

    def address(self, request: Request) -> str:
        """The address that a request counts for."""
        return self._allowed.addresses.limited(request)

    def client_address(self, request: Request) -> str:
        """The address that sent a request, as far as the proxies tell."""
        return self._allowed.addresses.of(request)

    def trusts_peer(self, request: Request) -> bool:
        """Whether a trusted proxy sent a request, whose headers are believed."""
        return self._allowed.addresses.trusts_peer(request)

    def command(self, user_id: str) -> None:
        """A user asks for something to be changed. Raises RateLimited."""
        if self._commands is not None and (wait := self._commands.take(user_id)):
            self._refuse("commands", "too many commands of this user", self._commands, wait)

    def connection(self, others: int) -> None:
        """A connection is to be opened beside so many others. Raises Unavailable where the node is
        full."""
        if not self.has_room(others):
            self._count("connections")
            raise Unavailable("this node has as many connections as it may have; try again")

    def has_room(self, others: int) -> bool:
        """Whether a connection may be opened beside so many others."""
        return others + self._stream_count < self._allowed.connections

    def handshake(self, address: str) -> None:
        """A client connects; it is given back once it has authenticated. Raises RateLimited."""
        if self._of_addresses is not None and (wait := self._of_addresses.take(address)):
            self._refuse_address(self._of_addresses, wait)

    def arrival(
        self, address: str | None, connections: int, of_user: int, user_id: str = ""
    ) -> None:
        """A connection goes on here that was at another node, where so many are open, and so many
        of its user; the address is of one that has not authenticated. Raises Unavailable and
        RateLimited."""
        self.connection(connections)
        self.connection_of_user(of_user, user_id)
        if address is not None:
            self.handshake(address)

    def give_back(self, address: str) -> None:
        """A client that had connected has authenticated."""
        if self._of_addresses is not None:
            self._of_addresses.give_back(address)

    def has_used_up(self, address: str) -> bool:
        """Whether an address has nothing left for those whom nobody knows."""
        return self._of_addresses is not None and self._of_addresses.wait(address) > 0

    def stranger(self, address: str) -> None:
        """A token that was never seen is to be verified. Raises RateLimited."""
        if self._of_addresses is not None and (wait := self._of_addresses.wait(address)):
            self._refuse_address(self._of_addresses, wait)

    def failed(self, address: str) -> None:
        """A token was refused."""
        if self._of_addresses is not None:
            self._of_addresses.take(address)

    def connection_of_user(self, others: int, user_id: str = "") -> None:
        """A connection is to speak for a user beside so many others here, and the user's streams.
        Raises RateLimited."""
        others += self._streams[user_id]
        if others >= (most := self._allowed.connections_of_user):
            self._count("connections_of_user")
            raise RateLimited(
                "too many connections of this user", policy="connections", quota=most,
                window=CONNECTIONS_RETRY_AFTER, wait=CONNECTIONS_RETRY_AFTER,
            )  # fmt: skip

    @contextmanager
    def stream(self, user_id: str, *, sockets: int, of_user: int) -> Iterator[None]:
        """A stream of the feed is open until the end, beside so many sockets here, and so many of
        its user. Raises Unavailable and RateLimited."""
        self.connection(sockets)
        self.connection_of_user(of_user, user_id)
        self._streams[user_id] += 1
        self._stream_count += 1
        try:
            yield
        finally:
            self._stream_count -= 1
            self._streams[user_id] -= 1
            if not self._streams[user_id]:
                del self._streams[user_id]

    def authentication(self, user_id: str) -> None:
        """A user authenticates a connection. Raises RateLimited."""
        if self._of_users is not None and (wait := self._of_users.take(user_id)):
            message = "too many authentications of this user"
            self._refuse("authentications", message, self._of_users, wait)

    async def hold(self, error: RateLimited) -> None:
        """Wait before a refusal is answered, which costs less than the next one would."""
        if self._held < MAX_HELD:
            self._held += 1
            try:
                await asyncio.sleep(random.uniform(*HELD_FOR[error.policy]))  # noqa: S311
            finally:
                self._held -= 1

    def _refuse_address(self, meter: Meter, wait: float) -> NoReturn:
        message = "too many bad tokens, or connections that do not authenticate, from this address"
        self._refuse("authentications", message, meter, wait)

    def _refuse(self, limit: str, message: str, meter: Meter, wait: float) -> NoReturn:
        self._count(limit)
        rate = meter.rate
        raise RateLimited(message, policy=limit, quota=rate.quota, window=rate.window, wait=wait)

    def _count(self, limit: str) -> None:
        self._metrics.refused_by_limit.labels(limit=limit).inc()


def _meter(rate: Rate | None, windows: int = 1) -> Meter | None:
    return None if rate is None else Meter(rate.over(windows))
