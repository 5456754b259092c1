"""Limits on sockets: the refusal in all of its answers, and clients that come back themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count

import httpx
import pytest

from tests.support.background import running
from tests.support.clients import PATIENCE, STOCK_CLIENTS, Client, js_client, py_client
from tests.support.engine_io import WebSocketSession, event, websocket
from tests.support.service import running_service
from tests.support.tokens import token

SOON = {"reconnectionDelay": 50, "reconnectionDelayMax": 200}
TRANSPORTS = [["polling"], ["websocket"]]


@asynccontextmanager
async def limited(database_url: str, **settings: str) -> AsyncIterator[str]:
    """The URL of a service with these limits."""
    with running_service(database_url, **settings) as service:
        yield service.url


async def comes_in(session: WebSocketSession, access: str) -> None:
    """Authenticate, as soon as the service has noticed that another connection has ended."""
    for attempt in count():
        await session.send(event("auth", {"data": access}, ack=attempt))
        answer = await session.ack(attempt)
        if "error" not in answer:
            return


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_command_too_many_is_told_in_all_three_answers(
    database_url: str, language: str
) -> None:
    async with (
        limited(database_url, rate_commands="1/hour") as url,
        STOCK_CLIENTS[language](url) as client,
    ):
        await client.auth(token())
        await client.call("create-channel", {"workspaceId": "demo", "name": "a"})
        data = {"workspaceId": "demo", "name": "b", "transaction": "t"}
        answer = await client.call("create-channel", data)
        error = await client.event("socket-api-error")
        message = await client.event("socket-api-error-t")
        assert error == {"event": "create-channel", **answer["error"]}
        assert (error["code"], error["message"]) == ("rate_limited", message)
        assert error["retryAfter"] in range(1, 3_601)
        # Another error has no such field, and the socket works on.
        await client.auth(token("bob"))
        answer = await client.call("create-channel", {"workspaceId": "demo", "name": ""})
        assert answer["error"].keys() == {"code", "message"}


BEFORE_AUTH = {
    "an event before auth": event("create-channel", {}, ack=1),
    "an auth that is none": event("auth", {"data": 7}, ack=1),
}


@pytest.mark.parametrize("sent", BEFORE_AUTH.values(), ids=BEFORE_AUTH)
async def test_what_is_refused_before_anybody_is_known_uses_up_the_address(
    database_url: str, sent: str
) -> None:
    async with limited(database_url, rate_auth="1/hour") as url, websocket(url) as session:
        await session.join()
        for _ in range(120):
            await session.send(sent)
        codes: list[str] = []
        while "rate_limited" not in codes:
            codes.append((await session.ack(1, count=len(codes) + 1))["error"]["code"])
        assert len(codes) == 100  # the handshake was the first of a hundred


async def test_an_event_that_does_not_exist_counts_as_a_command(database_url: str) -> None:
    async with limited(database_url, rate_commands="2/hour") as url, py_client(url) as client:
        await client.auth(token())
        codes = [(await client.call("no-event", {}))["error"]["code"] for _ in range(3)]
        assert codes == ["unknown_event", "unknown_event", "rate_limited"]


async def test_one_connection_of_a_user_too_many_is_refused_and_the_others_go_on(
    database_url: str,
) -> None:
    async with (
        limited(database_url, max_connections_per_user="2") as url,
        AsyncExitStack() as stack,
    ):
        first, second, third = [await stack.enter_async_context(websocket(url)) for _ in range(3)]
        for each in (first, second):
            await each.auth(token("alice"))
        await first.auth(token("alice"))  # again on the same connection: it is no further one
        await third.join()
        await third.send(event("auth", {"data": token("alice"), "transaction": "t"}))
        error = await third.event("socket-api-error")
        assert (error["code"], error["event"]) == ("rate_limited", "auth")
        assert error["retryAfter"] >= 1
        await comes_in(third, token("bob"))
        await second.connection.close()
        fourth = await stack.enter_async_context(websocket(url))
        await fourth.join()
        await comes_in(fourth, token("alice"))
        await first.auth(token("alice"))


@pytest.mark.parametrize("transports", TRANSPORTS, ids=["polling", "websocket"])
async def test_clients_that_found_the_node_full_come_in_once_there_is_room(
    database_url: str, transports: list[str]
) -> None:
    async with limited(database_url, max_connections="1") as url, websocket(url) as first:
        await first.auth(token("alice"))
        async with js_client(
            url, transports=transports, auth={"token": token("bob")}, **SOON
        ) as waiting:
            await waiting.kind("connect_error")
            async with httpx.AsyncClient(timeout=PATIENCE) as http:
                answer = await http.get(f"{url}/socket.io/?EIO=4&transport=polling")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            await first.connection.close()
            await waiting.event("auth-success")


async def test_of_many_that_come_at_once_no_more_are_let_in_than_there_is_room_for(
    database_url: str,
) -> None:
    async with (
        limited(database_url, max_connections="3") as url,
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        opening = [http.get(f"{url}/socket.io/?EIO=4&transport=polling") for _ in range(40)]
        statuses = [answer.status_code for answer in await asyncio.gather(*opening)]
        assert sorted(statuses) == [200] * 3 + [503] * 37
    beyond = {"data": token("alice"), "position": 1_000}  # which takes a look at the log
    async with (
        limited(database_url, max_connections_per_user="2") as url,
        AsyncExitStack() as stack,
    ):
        sessions = [await stack.enter_async_context(websocket(url)) for _ in range(12)]
        for each in sessions:
            await each.join()
        await asyncio.gather(*(each.send(event("auth", beyond, ack=1)) for each in sessions))
        answers = await asyncio.gather(*(each.ack(1) for each in sessions))
        assert sum("error" not in answer for answer in answers) == 2


async def test_many_clients_of_one_address_that_come_back_together_are_all_let_in(
    database_url: str,
) -> None:
    async with limited(database_url, rate_auth="1/hour") as url:

        async def come(number: int) -> None:
            async with websocket(url) as session:
                await session.auth(token(f"user-{number}"))

        for _ in range(5):
            await asyncio.gather(*(come(number) for number in range(60)))


async def use_up(url: str, used_up: asyncio.Event) -> None:
    """Leave this address nothing of its limit, for ever."""
    bad = {"Authorization": "Bearer bad"}
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        while True:
            answer = await http.get(f"{url}/workspaces/w/channels", headers=bad)
            if answer.status_code == 429:
                used_up.set()


def is_any(client: Client, *heard: str) -> bool:
    """Whether a client has heard an event, or a kind of thing, of these."""
    return any({each.kind, each.name} & set(heard) for each in client.heard)


@pytest.mark.parametrize("transports", TRANSPORTS, ids=["polling", "websocket"])
async def test_clients_whose_address_has_used_up_its_limit_come_back_by_themselves(
    database_url: str, transports: list[str]
) -> None:
    used_up = asyncio.Event()
    async with (
        limited(database_url, rate_auth="6/minute") as url,
        running(use_up(url, used_up)) as (using_up,),
    ):
        await used_up.wait()
        auth = {"token": token("bob")}
        is_refused = False
        while not is_refused:  # else it came just when there was a little again
            async with js_client(url, auth=auth, transports=transports, **SOON) as client:
                await client.until(partial(is_any, client, "connect_error", "auth-success"))
                if is_refused := is_any(client, "connect_error"):
                    using_up.cancel()
                    await client.until(partial(is_any, client, "auth-success"), within=60)
