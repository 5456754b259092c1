"""A token that runs out on a live connection: its client comes back by itself with a fresh one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import pytest

from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client, js_client
from tests.support.engine_io import DISCONNECT, event, websocket
from tests.support.returning import FOR_GOOD, SOON, TRANSPORTS, Auth, expiring, returning_client
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


@pytest.fixture(scope="module")
def impatient(postgres_url: str) -> Iterator[RunningService]:
    """A service that gives a socket two seconds to authenticate."""
    database_url = postgres.create_database(postgres_url)
    with running_service(database_url, auth_timeout="2") as running:
        yield running


@asynccontextmanager
async def expired_client(
    url: str, kind: str, transport: str, workspace_id: str
) -> AsyncIterator[tuple[Client, Auth]]:
    """A stock client that has just been told that its token has expired."""
    auth: Auth

    def connect(ttl: float) -> AbstractAsyncContextManager[Client]:
        nonlocal auth
        auth = Auth(kind, token("bob", (workspace_id,), ttl=ttl))
        return returning_client(url, kind, transport, auth)

    async with expiring(connect) as client:
        assert (await client.event("socket-api-error"))["code"] == "token_expired"
        yield client, auth


async def of_each_kind(shown: Callable[[str, str], Coroutine[Any, Any, None]]) -> None:
    """It is shown for each kind of client, for all at once: they wait for an expiry."""
    async with asyncio.TaskGroup() as tasks:
        for kind in STOCK_CLIENTS:
            for transport in TRANSPORTS:
                tasks.create_task(shown(kind, transport), name=f"{kind} over {transport}")


async def test_a_client_comes_back_by_itself_and_is_asked_for_a_fresh_token(
    impatient: RunningService,
) -> None:
    await of_each_kind(partial(comes_back, impatient))


async def comes_back(impatient: RunningService, kind: str, transport: str) -> None:
    w = f"fresh-{kind}-{transport}"
    async with expired_client(impatient.url, kind, transport, w) as (client, auth):
        auth.renew(client, token("bob", (w,)))
        told = [await create_channel(impatient.url, w, "missed")]
        assert (await client.kind("disconnect")).args != [FOR_GOOD[kind]]
        connected = await client.kind("connect", 2)
        success = await client.event("auth-success", 2)
        if kind == "javascript":  # which claims the place where it was
            assert success["recovered"]
            assert connected.args[1] is True
            await client.event("channel-created")
        else:
            told = [each for each in told if each["position"] > success["position"]]
        told.append(await create_channel(impatient.url, w, "live"))
        await client.event("channel-created", len(told))
        assert client.events("channel-created") == told


async def test_a_client_that_has_none_but_the_expired_token_comes_back_once(
    impatient: RunningService,
) -> None:
    await of_each_kind(partial(comes_back_once, impatient))


async def comes_back_once(impatient: RunningService, kind: str, transport: str) -> None:
    async with expired_client(impatient.url, kind, transport, "none") as (client, _):
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
