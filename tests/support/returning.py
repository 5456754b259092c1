"""Stock clients that come back by themselves, and the tokens that their `auth` function gives."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar

from tests.support.clients import STOCK_CLIENTS, Client

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"]}

WITHOUT_DELAY: dict[str, dict[str, Any]] = {
    "javascript": {"reconnectionDelay": 50, "reconnectionDelayMax": 200},
    # Its factor is in seconds.
    "python": {"reconnection": True, "reconnection_delay": 0.1, "randomization_factor": 0},
}
"""They come back anyway; by default after seconds."""

FOR_GOOD = {"javascript": "io server disconnect", "python": "server disconnect"}
"""What a client says that is told to stay away."""

SOON = 4
"""Seconds a token lives that is to run out, where that is long enough to authenticate with."""


class Hears(Protocol):
    """A client, stock or raw, with a token in its handshake."""

    def events(self, name: str) -> list[Any]:
        """The first arguments of all events of a name so far."""
        ...

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until the condition is truthy and answer its value."""
        ...


C = TypeVar("C", bound=Hears)


@asynccontextmanager
async def expiring(
    connect: Callable[[float], AbstractAsyncContextManager[C]],
) -> AsyncIterator[C]:
    """A client that has authenticated with a token that runs out soon; `connect` makes one whose
    token lives for so many seconds."""
    ttl = SOON
    while True:
        async with connect(ttl) as client:
            await client.until(
                lambda: client.events("auth-success") or client.events("socket-api-error")
            )
            if client.events("auth-success"):
                yield client
                return
        ttl *= 4  # a busy machine: it had expired before the client was there


class Auth:
    """What the `auth` function of a client gives: a token, and after `renew` another one."""

    def __init__(self, kind: str, access: str, **more: Any) -> None:
        self._kind = kind
        self._auth = {"token": access, "recover": True, **more}

    @property
    def option(self) -> Any:
        return self._auth if self._kind == "javascript" else lambda: self._auth

    def renew(self, client: Client, access: str) -> None:
        self._auth["token"] = access
        if hasattr(client, "command"):  # the function is in the client's own process
            client.command(op="token", token=access)


def returning_client(
    url: str, kind: str, transport: str, auth: Auth
) -> AbstractAsyncContextManager[Client]:
    """A stock client of a kind, over a transport."""
    return STOCK_CLIENTS[kind](
        url, auth=auth.option, transports=TRANSPORTS[transport], **WITHOUT_DELAY[kind]
    )
