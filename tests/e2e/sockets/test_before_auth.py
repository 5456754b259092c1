"""Before `auth-success` a socket receives nothing but errors, whatever the moment."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, STOCK_CLIENTS, js_client, py_client
from tests.support.engine_io import NOOP, event, polling, websocket
from tests.support.jwks import KeyServer, key_server
from tests.support.returning import FOR_GOOD, Auth, returning_client
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("name", ["create-channel", "no-such-event", "auth-success"])
async def test_any_other_event_is_refused(
    service: RunningService, language: str, name: str
) -> None:
    workspace = f"refused-{language}-{name}"
    channel = {"workspaceId": workspace, "name": "mine", "transaction": "t"}
    async with STOCK_CLIENTS[language](service.url) as client:
        answer = await client.call(name, channel)
        text = await client.event("socket-api-error-t")
        error = {"message": text, "code": "not_authenticated"}
        assert client.events("socket-api-error") == [{"event": name, **error}]
        assert answer == {"error": error}
        # Nothing was done: the name is free.
        await client.auth(token("bob", (workspace,)))
        del channel["transaction"]
        assert "channel" in await client.call("create-channel", channel)


async def test_a_socket_that_has_not_authenticated_hears_of_no_channel(
    service: RunningService,
) -> None:
    async with (
        js_client(service.url) as stranger,
        websocket(service.url) as silent,
        py_client(service.url, auth={"token": token("bob", ("unheard",))}) as witness,
    ):
        await silent.join()
        await stranger.kind("connect")
        await witness.event("auth-success")
        await create_channel(service.url, "unheard", "unheard")
        await witness.event("channel-created")
        # Each answer follows all that was said before it.
        await stranger.call("no-such-event")
        await silent.send(event("no-such-event", ack=1))
        await silent.packet("431[")
        assert stranger.events("channel-created") == []
        assert silent.events("channel-created") == []


async def test_a_client_that_speaks_between_polls_can_authenticate(
    service: RunningService,
) -> None:
    """As the Go client does; the next ping would be too late."""
    async with polling(service.url) as session:
        await session.join()
        await session.packet(NOOP)  # with the answer to CONNECT, where that was fetched late
        await session.send(event("auth", {"data": token()}))
        await session.event("auth-success")


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as keys:
        yield keys


@pytest.fixture
def awaiting_keys(keys: KeyServer, database_url: str) -> Iterator[RunningService]:
    """A service that has to ask the key server before it can check the key server's tokens."""
    with running_service(database_url, jwt_jwks_url=keys.url) as running:
        yield running


async def test_nothing_is_heard_while_the_token_is_checked(
    keys: KeyServer, awaiting_keys: RunningService
) -> None:
    url = awaiting_keys.url
    slow, quick = keys.token("bob", ("w",)), token("carol", ("w",))
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        witness = await enter(py_client(url, auth={"token": quick}))
        await witness.event("auth-success")

        # Some in their connect handler, some in an `auth` of their own.
        javascript = await enter(js_client(url, auth={"token": slow}, transports=["websocket"]))
        python = await enter(py_client(url))
        over_polling, over_websocket = await enter(polling(url)), await enter(websocket(url))
        await over_websocket.join({"token": slow})
        await over_polling.join()
        polled = asyncio.create_task(over_polling.send(event("auth", {"data": slow})))
        await javascript.kind("connect")
        await python.emit("auth", {"data": slow})
        assert await asyncio.to_thread(keys.asked.wait, PATIENCE)

        for name in ("first", "second"):
            await create_channel(url, "w", name, user="carol")
        missed = await witness.event("channel-created", 2)
        keys.release()
        await polled
        waiting: list[Any] = [javascript, python, over_polling, over_websocket]
        for client in waiting:
            success = await client.event("auth-success")
            assert success["position"] >= missed["position"]
        later = await create_channel(url, "w", "later", user="carol")
        for client in waiting:
            assert await client.event("channel-created") == later
        for client in (javascript, python):
            names = [heard.name for heard in client.heard if heard.kind == "event"]
            assert names == ["auth-success", "channel-created"]
        for session in (over_polling, over_websocket):
            messages = [packet for packet in session.received if packet.startswith("4")]
            assert [packet[:2] for packet in messages] == ["40", "42", "42"]


@pytest.mark.parametrize("kind", STOCK_CLIENTS)
async def test_a_client_whose_provider_is_slow_comes_back_after_its_deadline(
    keys: KeyServer, database_url: str, kind: str
) -> None:
    with running_service(database_url, jwt_jwks_url=keys.url, auth_timeout="2") as service:
        auth = Auth(kind, keys.token("bob", ("w",)))
        async with returning_client(service.url, kind, "websocket", auth) as client:
            assert (await client.kind("disconnect")).args[0] != FOR_GOOD[kind]
            keys.release()
            await client.event("auth-success")
