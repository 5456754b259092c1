"""The access log of sockets: a line when one comes, says who it is, and goes, with the reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from tests.support.engine_io import DISCONNECT, WebSocketSession, polling, websocket
from tests.support.http import bearer, http_client
from tests.support.lines import lines, noted, of_action
from tests.support.returning import expiring
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

PARTS = ("kanal.connection", "kanal.transport", "event.reason", "event.outcome", "error.code")


def told(service: RunningService, user: str) -> list[tuple[str, ...]]:
    """What the lines say of a user's sockets, without the numbers."""
    return [
        (line["message"], *(str(line[part]) for part in PARTS[1:] if part in line))
        for line in lines(service)
        if line.get("user.id") == user and line.get("event.action", "").startswith("socket-")
    ]


@asynccontextmanager
async def speaking(
    service: RunningService, user: str, **of_token: Any
) -> AsyncIterator[WebSocketSession]:
    async with websocket(service.url) as session:
        await session.auth(token(user, **of_token))
        yield session


async def test_a_socket_is_three_lines_from_its_connect_to_its_end(noting: RunningService) -> None:
    user = f"alice-{uuid4()}"
    async with speaking(noting, user) as session:
        authenticated = await noted(noting, "socket-authenticated", user__id=user)
        number = authenticated["kanal.connection"]
        connected = await noted(noting, "socket-connected", kanal__connection=number)
        assert "user.id" not in connected
    gone = await noted(noting, "socket-disconnected", kanal__connection=number)
    assert gone["event.duration"] > 0
    for line in (connected, authenticated, gone):
        assert line["client.address"] == "127.0.0.1"
        assert line["kanal.transport"] == "websocket"
    assert told(noting, user) == [
        ("socket authenticated", "websocket", "success"),
        ("socket disconnected", "websocket", "transport-close"),
    ]
    assert session.sid not in noting.output


async def test_a_refused_auth_says_the_code_and_nothing_of_the_token(
    noting: RunningService,
) -> None:
    before = len(of_action(noting, "socket-authenticated"))
    refused = token("mallory", secret="a secret that this service does not know of")
    async with websocket(noting.url) as session:
        await session.join()
        await session.send(f'42["auth",{{"data":"{refused}"}}]')
        await session.event("socket-api-error")
        line = of_action(noting, "socket-authenticated")[before]
    assert (line["event.outcome"], line["error.code"]) == ("failure", "token_invalid")
    assert "user.id" not in line
    for part in (refused, "mallory", *refused.split(".")):
        assert part not in noting.output


async def test_one_that_says_nothing_was_ended_by_the_service(noting: RunningService) -> None:
    before = len(of_action(noting, "socket-connected"))
    async with polling(noting.url) as session:
        await session.join()
        number = of_action(noting, "socket-connected")[before]["kanal.connection"]
        await session.packet(DISCONNECT)
    gone = await noted(noting, "socket-disconnected", kanal__connection=number)
    assert (gone["kanal.transport"], gone["event.reason"]) == ("polling", "server-disconnect")


async def test_the_reason_is_that_the_token_has_run_out(noting: RunningService) -> None:
    user = f"alice-{uuid4()}"

    @asynccontextmanager
    async def connect(ttl: float) -> AsyncIterator[WebSocketSession]:
        async with websocket(noting.url) as session:
            await session.join({"token": token(user, ttl=ttl)})
            yield session

    async with expiring(connect) as session:
        await session.ended()
    gone = await noted(noting, "socket-disconnected", user__id=user)
    assert gone["event.reason"] == "token-expired"


async def test_the_reason_is_that_access_was_taken_back(noting: RunningService) -> None:
    user = f"alice-{uuid4()}"
    async with speaking(noting, user) as session:
        with http_client(noting.url) as http:
            operator = bearer(token("olga", (), scope="kanal:operate"))
            answer = http.post("/revocations", json={"userId": user}, headers=operator)
            assert answer.is_success, answer.text
        await session.ended()
    gone = await noted(noting, "socket-disconnected", user__id=user)
    assert gone["event.reason"] == "access-revoked"


async def test_the_reason_is_that_the_node_has_stopped(database_url: str) -> None:
    with running_service(database_url, log_format="json", access_log="1") as service:
        async with speaking(service, "alice") as session:
            assert service.stop() == 0
            await session.ended()
        gone = await noted(service, "socket-disconnected", user__id="alice")
        assert gone["event.reason"] == "node-stopped"
