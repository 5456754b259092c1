"""A token that runs out on a live connection: its client comes back by itself with a fresh one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client, js_client
from tests.support.engine_io import DISCONNECT, event, websocket
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

SOON = 2
"""Seconds a token lives here: long enough to authenticate with, on a busy machine too."""

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"]}

WITHOUT_DELAY: dict[str, dict[str, Any]] = {
    "javascript": {"reconnectionDelay": 50, "reconnectionDelayMax": 200},
    # Its factor is in seconds, and one that comes back at once loses its own HTTP session.
    "python": {"reconnection": True, "reconnection_delay": 0.1, "randomization_factor": 0},
}
"""They come back anyway; by default after seconds."""

FOR_GOOD = {"javascript": "io server disconnect", "python": "server disconnect"}
"""What a client says that is told to stay away."""


@pytest.fixture(scope="module")
def impatient(postgres_url: str) -> Iterator[RunningService]:
    """A service that gives a socket one second to authenticate."""
    database_url = postgres.create_database(postgres_url)
    with running_service(database_url, auth_timeout="1") as running:
        yield running


class Tokens:
    """What the `auth` function of a client gives."""

    def __init__(self, w: str, *, ttl: float) -> None:
        self.auth = {"token": token("bob", (w,), ttl=ttl), "recover": True}

    def renew(self, client: Client, w: str) -> None:
        self.auth["token"] = token("bob", (w,))
        if hasattr(client, "command"):  # the function is in the client's own process
            client.command(op="token", token=self.auth["token"])


@asynccontextmanager
async def expired_client(
    url: str, kind: str, transports: list[str], tokens: Tokens
) -> AsyncIterator[Client]:
    """A stock client that has just been told that its token has expired."""
    auth: Any = tokens.auth if kind == "javascript" else lambda: tokens.auth
    options = {"auth": auth, "transports": transports, **WITHOUT_DELAY[kind]}
    async with STOCK_CLIENTS[kind](url, **options) as client:
        assert (await client.event("socket-api-error"))["code"] == "token_expired"
        yield client


async def of_each_kind(shown: Callable[[str, list[str]], Coroutine[Any, Any, None]]) -> None:
    """It is shown for each kind of client, for all at once: they wait for an expiry."""
    async with asyncio.TaskGroup() as tasks:
        for kind in STOCK_CLIENTS:
            for transport, transports in TRANSPORTS.items():
                tasks.create_task(shown(kind, transports), name=f"{kind} over {transport}")


async def test_a_client_comes_back_by_itself_and_is_asked_for_a_fresh_token(
    impatient: RunningService,
) -> None:
    await of_each_kind(partial(comes_back, impatient))


async def comes_back(impatient: RunningService, kind: str, transports: list[str]) -> None:
    w = f"fresh-{kind}-{transports[0]}"
    tokens = Tokens(w, ttl=SOON)
    async with expired_client(impatient.url, kind, transports, tokens) as client:
        told = [await create_channel(impatient.url, w, "missed")]
        tokens.renew(client, w)
        assert (await client.kind("disconnect")).args != [FOR_GOOD[kind]]
        connected = await client.kind("connect", 2)
        success = await client.event("auth-success", 2)
        if kind == "javascript":  # which claims the place where it was
            assert success["recovered"]
            assert connected.args[1] is True
            await client.event("channel-created")
        else:
            told.clear()
        told.append(await create_channel(impatient.url, w, "live"))
        await client.event("channel-created", len(told))
        assert client.events("channel-created") == told


async def test_a_client_that_has_none_but_the_expired_token_comes_back_once(
    impatient: RunningService,
) -> None:
    await of_each_kind(partial(comes_back_once, impatient))


async def comes_back_once(impatient: RunningService, kind: str, transports: list[str]) -> None:
    tokens = Tokens("none", ttl=SOON)
    async with expired_client(impatient.url, kind, transports, tokens) as client:
        assert (await client.kind("disconnect", 2)).args == [FOR_GOOD[kind]]
        async with websocket(impatient.url) as later:
            await later.ended()
        assert [each.name or each.kind for each in client.heard if each.kind != "upgrade"] == [
            "connect", "auth-success", "socket-api-error", "disconnect",
            "connect", "socket-api-error", "disconnect",
        ]  # fmt: skip
        assert client.events("socket-api-error")[1]["code"] == "token_expired"


async def test_a_client_whose_first_token_is_refused_does_not_come_back(
    impatient: RunningService,
) -> None:
    async with js_client(impatient.url, auth={"token": "what?"}) as client:
        assert (await client.kind("disconnect")).args == [FOR_GOOD["javascript"]]


async def test_a_refused_auth_after_an_expiry_does_not_keep_a_client_away(
    impatient: RunningService,
) -> None:
    async with websocket(impatient.url) as session:
        await session.auth(token("bob", ttl=SOON))
        await session.event("socket-api-error")
        await session.send(event("auth", {"data": "what?"}))
        await session.event("socket-api-error", 2)
        await session.ended()
        assert DISCONNECT not in session.received


async def test_a_fresh_token_in_time_keeps_the_connection(impatient: RunningService) -> None:
    async with websocket(impatient.url) as session:
        await session.auth(token("bob", ("kept",), ttl=SOON))
        await session.event("socket-api-error")
        await session.send(event("auth", {"data": token("bob", ("kept",))}))
        await session.event("auth-success", 2)
        async with websocket(impatient.url) as later:
            await later.ended()
        channel = await create_channel(impatient.url, "kept", "heard")
        assert await session.event("channel-created") == channel
