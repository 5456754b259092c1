"""What an application holds: the state of a workspace's channels, and the commands that change
them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

import httpx

from kanal_client.commands import Commands
from kanal_client.connection import Connection
from kanal_client.requests import Requests
from kanal_client.state import State
from kanal_client.store import Listener, Store
from kanal_client.tokens import Ask, Tokens

PATIENCE = 30.0
"""Seconds in which a command without an answer is repeated."""


class Channels(Commands):
    """An asynchronous context manager: the connection is kept up while its block lasts."""

    def __init__(
        self,
        url: str,
        workspace: str,
        *,
        token: Ask,
        patience: float = PATIENCE,
        transports: Sequence[str] | None = None,
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"the url begins with http:// or https://, not as {url!r} does")
        self._http = httpx.AsyncClient()
        requests = Requests(self._http, url.rstrip("/") + "/", Tokens(token), patience)
        self._store = Store()
        super().__init__(requests, workspace, lambda: self._store.state.user_id)
        self._connection = Connection(requests, workspace, self._store, transports)
        self._running: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        """The same object until something in it changes."""
        return self._store.state

    def states(self) -> AsyncIterator[State]:
        """The state now, and the latest again whenever it has changed; ends with the block."""
        return self._store.states()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the state now, and with each that follows; answers what ends
        that."""
        return self._store.subscribe(listener)

    async def reached(self, position: int) -> State:
        """The state once it is live and reflects the log up to `position`, that of a command's
        answer for instance: the list has it then.

        Waits for as long as that takes, also while the connection is away: `asyncio.timeout` ends
        it. Raises KanalError (`unreachable`) where the block ends before.
        """
        return await self._store.until(lambda s: s.status == "live" and s.position >= position)

    def reconnect(self) -> None:
        """Ask for a token and try again, after the status `refused`."""
        self._connection.reconnect()

    async def __aenter__(self) -> Self:
        if self._running is not None:
            raise RuntimeError("a client is entered once: connect makes another one")
        self._running = asyncio.create_task(self._connection.run())
        self._running.add_done_callback(lambda _: self._store.close())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._running is not None
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await self._http.aclose()


def connect(
    url: str,
    workspace: str,
    *,
    token: Ask,
    patience: float = PATIENCE,
    transports: Sequence[str] | None = None,
) -> Channels:
    """The channels of a workspace, which are kept level with the service in an `async with` block.

    `url` is where the service is, with its base path where it has one. `workspace` is the id of the
    one whose channels are shown and changed; the token has to name it. `token` gives an access
    token, or an awaitable of one: it is asked with each connection, shortly before a token runs
    out, and once more when one is refused; it may raise, and is asked again then, which the state
    says (`token_unavailable`). A command is repeated for `patience` seconds. `transports` are those
    of python-socketio: `websocket`, `polling`, by default both.

    Raises ValueError where the `url` is none of http or https.
    """
    return Channels(url, workspace, token=token, patience=patience, transports=transports)
