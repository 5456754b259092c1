"""Events that are none, or hold what they must not: each is told, and the socket works on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.clients import STOCK_CLIENTS, Client, js_client, py_client
from tests.support.engine_io import WebSocketSession, event, websocket
from tests.support.service import RunningService
from tests.support.tokens import token

W = "bad-events"
LONG = "e" * 100_000


async def check_works(client: Client, name: str) -> None:
    """The socket still creates channels and hears of them."""
    answer = await client.call("create-channel", {"workspaceId": W, "name": name})
    await client.until(lambda: answer["channel"] in client.events("channel-created"))


@pytest.fixture
async def session(service: RunningService) -> AsyncIterator[WebSocketSession]:
    """A raw session that has authenticated; at its end it must work as before."""
    async with websocket(service.url) as session:
        await session.auth(token("bob", (W,)))
        yield session
        await session.send(event("create-channel", {"workspaceId": W}, ack=987))
        await session.packet('43987[{"error":{"code":"invalid"')


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error", "message", "*", "error",
                                  "auth-success", "channel-created", "socket-api-error", "",
                                  " ", "\u0000", "\ud800", "__proto__"])  # fmt: skip
async def test_an_unknown_event_is_told_whatever_its_name(
    session: WebSocketSession, name: str
) -> None:
    await session.send(event(name, {"transaction": "t"}, ack=1))
    text = await session.event("socket-api-error-t")
    shown = name.encode(errors="replace").decode()
    error = {"event": shown, "message": text, "code": "unknown_event"}
    assert session.events("socket-api-error") == [error]
    assert await session.ack(1) == {"error": {"code": "unknown_event", "message": text}}


async def test_the_name_of_an_unknown_event_is_not_repeated_at_any_length(
    session: WebSocketSession,
) -> None:
    await session.send(event(LONG, {}, ack=1))
    error = await session.event("socket-api-error")
    assert LONG.startswith(error["event"])
    assert len(error["event"]) < 1000
    assert len(error["message"]) < 1000


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_an_unknown_event_without_acknowledgement_or_data_is_told(
    service: RunningService, language: str
) -> None:
    auth = {"token": token("bob", (W,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        await client.emit("no-such-event")
        error = await client.event("socket-api-error")
        assert (error["event"], error["code"]) == ("no-such-event", "unknown_event")
        await check_works(client, f"after nothing {language}")


DATA: list[Any] = [None, True, 7, 0.5, "text", "", [], ["list"], [{"name": "inside"}], b"bytes"]


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("name", ["auth", "create-channel"])
async def test_data_that_is_no_object_is_told(
    service: RunningService, language: str, name: str
) -> None:
    auth = {"token": token("bob", (W,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        for count, data in enumerate(DATA, 1):
            answer = await client.call(name, data)
            error = await client.event("socket-api-error", count)
            assert error == {"event": name, "message": error["message"], "code": "malformed"}, data
            assert answer["error"]["code"] == "malformed"
        answer = await client.call(name)  # no data at all
        assert answer["error"]["code"] == "malformed"
        await check_works(client, f"after {name} {language}")


async def test_the_first_argument_is_the_data_and_the_others_are_let_pass(
    service: RunningService,
) -> None:
    async with js_client(service.url, auth={"token": token("bob", (W,))}) as client:
        await client.event("auth-success")
        right = {"workspaceId": W, "name": "first argument"}
        answer = await client.call("create-channel", right, {"name": 7}, None, "more")
        assert answer["channel"]["name"] == "first argument"
        answer = await client.call("create-channel", 7, {"workspaceId": W, "name": "second"})
        assert answer["error"]["code"] == "malformed"


TRANSACTIONS: dict[str, tuple[Any, bool]] = {
    "of 1 character": ("t", True),
    "of 128 characters": ("t" * 128, True),
    "of 128 characters beyond ASCII": ("🎉" * 128, True),
    "with control characters": ("a\n\u0000b", True),
    "of 129 characters": ("t" * 129, False),
    "of 10 KB": ("t" * 10_000, False),
    "empty": ("", False),
    "a lone surrogate": ("\ud800", False),
    "a number": (7, False),
    "a list": (["t"], False),
    "an object": ({"t": 1}, False),
    "null": (None, False),
}


@pytest.mark.parametrize(("transaction", "names"), TRANSACTIONS.values(), ids=TRANSACTIONS)
@pytest.mark.parametrize("name", ["no-such-event", "auth", "create-channel"])
async def test_a_transaction_of_1_to_128_characters_names_a_second_error(
    session: WebSocketSession, name: str, transaction: Any, names: bool
) -> None:
    await session.send(event(name, {"transaction": transaction, "name": 7, "data": "x"}, ack=1))
    refused = (await session.ack(1))["error"]
    error = {"event": name, "message": refused["message"], "code": refused["code"]}
    assert session.events("socket-api-error") == [error]
    second = [one for one in session.event_names() if one.startswith("socket-api-error-")]
    assert second == ([f"socket-api-error-{transaction}"] if names else [])


async def test_nothing_is_done_under_a_transaction_that_cannot_name_an_error(
    session: WebSocketSession,
) -> None:
    number = 0
    for transaction, names in TRANSACTIONS.values():
        if names or transaction is None:
            continue
        for name, data in {
            "create-channel": {"workspaceId": W, "name": "not created"},
            "auth": {"data": token("carol", (W,))},
        }.items():
            number += 1
            await session.send(event(name, {**data, "transaction": transaction}, ack=number))
            assert (await session.ack(number))["error"]["code"] == "invalid"
    assert session.event_names() == ["auth-success"] + ["socket-api-error"] * number


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_bytes_within_the_data_are_told(service: RunningService, language: str) -> None:
    auth = {"token": token("bob", (W,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        for data in (
            {"workspaceId": W, "name": b"bytes"},
            {"workspaceId": W, "name": "bytes", "description": b""},
            {"workspaceId": W, "name": "bytes", "more": [b"1", {"deep": b"2" * 100_000}]},
        ):
            answer = await client.call("create-channel", {**data, "transaction": "t"})
            assert answer["error"]["code"] == "invalid"
        assert len(client.events("socket-api-error-t")) == 3
        answer = await client.call("create-channel", {"workspaceId": W, "transaction": b"t"})
        assert answer["error"]["code"] == "invalid"
        await check_works(client, f"after bytes {language}")


async def test_bytes_in_an_unknown_event_are_told(service: RunningService) -> None:
    async with py_client(service.url, auth={"token": token("bob", (W,))}) as client:
        await client.event("auth-success")
        answer = await client.call("no-such-event", *(bytes([number]) for number in range(8)))
        assert answer["error"]["code"] == "unknown_event"
        await check_works(client, "after an unknown event with bytes")
