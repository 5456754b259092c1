"""The deadline: a socket that speaks for nobody, from the start or again, is soon disconnected."""

import asyncio
import itertools
from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.engine_io import CONNECT, DISCONNECT, Ended, event, polling, websocket
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


@pytest.fixture(scope="module")
def impatient(postgres_url: str) -> Iterator[RunningService]:
    """A service that gives a socket two seconds to authenticate, and any number of tries."""
    database_url = postgres.create_database(postgres_url)
    with running_service(database_url, auth_timeout="2", rate_auth="off") as running:
        yield running


async def test_a_socket_that_does_not_authenticate_is_disconnected(
    impatient: RunningService,
) -> None:
    async with (
        js_client(impatient.url, transports=["polling"]) as over_polling,
        js_client(impatient.url, transports=["websocket"]) as over_websocket,
        py_client(impatient.url, transports=["websocket"]) as python,
    ):
        for client in (over_polling, over_websocket):
            # So told, the library does not come back by itself.
            assert (await client.kind("disconnect")).args == ["io server disconnect"]
        await python.kind("disconnect")
        for each in (over_polling, over_websocket, python):
            assert [heard.kind for heard in each.heard] == ["connect", "disconnect"]


async def test_a_websocket_that_never_connects_to_the_namespace_is_disconnected(
    impatient: RunningService,
) -> None:
    async with websocket(impatient.url) as session:
        await session.ended()
        await session.cut()


async def test_a_polling_session_that_never_connects_to_the_namespace_is_disconnected(
    impatient: RunningService,
) -> None:
    async with polling(impatient.url) as session:
        await session.ended()
        assert (await session.get()).status_code == 400
        assert (await session.post(event("auth", {"data": token()}))).status_code == 400


async def test_refused_tokens_do_not_put_the_deadline_off(impatient: RunningService) -> None:
    async with websocket(impatient.url) as session, asyncio.timeout(PATIENCE):
        await session.join()
        with pytest.raises(Ended):
            for count in itertools.count(1):
                await session.send(event("auth", {"data": "what?"}, ack=count))
                await session.packet("43", count)


async def test_a_socket_that_leaves_the_namespace_has_to_authenticate_again(
    impatient: RunningService,
) -> None:
    async with websocket(impatient.url) as session:
        await session.auth(token())
        await session.send(DISCONNECT)
        await session.ended()
        await session.cut()


async def test_leaving_and_connecting_again_does_not_put_the_deadline_off(
    impatient: RunningService,
) -> None:
    async with websocket(impatient.url) as session, asyncio.timeout(PATIENCE):
        with pytest.raises(Ended):
            for count in itertools.count(1):
                await session.send(CONNECT, DISCONNECT)
                await session.packet("40", count)


async def test_a_socket_that_has_authenticated_stays(impatient: RunningService) -> None:
    async with js_client(impatient.url, auth={"token": token("bob", ("stays",))}) as client:
        await client.event("auth-success")
        async with websocket(impatient.url) as later:
            await later.ended()
        channel = await create_channel(impatient.url, "stays", "heard")
        assert await client.event("channel-created") == channel
