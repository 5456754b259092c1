"""A session that has moved to another node is what it was: what waits for it, what it may, when it
ends."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from tests.support.channels import create_channel
from tests.support.engine_io import (
    DISCONNECT,
    NOOP,
    Ended,
    PollingSession,
    WebSocketSession,
    event,
    polling,
    upgrading,
)
from tests.support.http import http_client
from tests.support.returning import SOON
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

PROBE, PROBED, SWITCH = "2probe", "3probe", "5"


@pytest.fixture
def w() -> str:
    return f"moved-{uuid4()}"


@asynccontextmanager
async def moved(
    session: PollingSession, node: RunningService, *at_once: str
) -> AsyncIterator[WebSocketSession]:
    """The session over a WebSocket of another node, to which it says something at once."""
    async with upgrading(session, node.url) as connection:
        await connection.send(PROBE)
        assert await connection.recv() == PROBED
        websocket = WebSocketSession(connection, session.sid)
        await websocket.send(SWITCH, *at_once)
        yield websocket


async def test_what_waits_is_sent_first_and_what_is_said_at_once_is_served(
    opened: RunningService, other: RunningService, w: str
) -> None:
    async with polling(opened.url) as session:
        await session.join()
        await session.post(event("auth", {"data": token("bob", (w,)), "transaction": "t"}))
        created = [await create_channel(opened.url, w, f"before {n}") for n in range(3)]
        asked = event("create-channel", {"workspaceId": w, "name": "by itself"}, ack=7)
        async with moved(session, other, asked) as websocket:
            created.append((await websocket.ack(7))["channel"])
            created.append(await create_channel(opened.url, w, "after"))
            await websocket.event("channel-created", len(created))
            assert websocket.events("channel-created") == created
            assert websocket.event_names()[0] == "auth-success"
            assert (await session.get()).status_code == 400


async def test_a_client_that_has_not_authenticated_can_at_the_other_node(
    opened: RunningService, other: RunningService, w: str
) -> None:
    async with polling(opened.url) as session, moved(session, other) as websocket:
        await websocket.auth(token("bob", (w,)))
        channel = await create_channel(opened.url, w, "heard")
        assert await websocket.event("channel-created") == channel


async def test_a_token_runs_out_at_its_time_and_the_next_one_goes_on_from_there(
    opened: RunningService, other: RunningService, w: str
) -> None:
    async with polling(opened.url) as session:
        await session.auth(token("bob", (w,), ttl=SOON))
        async with moved(session, other) as websocket:
            error = await websocket.event("socket-api-error")
            assert (error["event"], error["code"]) == ("auth", "token_expired")
            missed = await create_channel(opened.url, w, "missed")
            await websocket.send(event("auth", {"data": token("bob", (w,))}))
            assert await websocket.event("channel-created") == missed


async def test_access_that_is_taken_back_is_taken_back_at_the_other_node(
    opened: RunningService, other: RunningService, w: str
) -> None:
    user = f"user-{uuid4()}"
    async with polling(opened.url) as session:
        await session.auth(token(user, (w,)))
        async with moved(session, other) as websocket:
            await websocket.send(event("create-channel", {"workspaceId": w, "name": "x"}, ack=1))
            await websocket.ack(1)
            operator = {"Authorization": f"Bearer {token('olga', (w,), scope='kanal:operate')}"}
            with http_client(opened.url) as http:
                revoked = http.post("/revocations", json={"userId": user}, headers=operator)
                assert revoked.status_code == 202, revoked.text
            assert (await websocket.event("socket-api-error"))["code"] == "access_revoked"
            await websocket.cut()


@pytest.mark.parametrize("said", ["what?", SWITCH, "40", PROBE + "x"])
async def test_an_upgrade_that_goes_wrong_leaves_the_session_where_it_was(
    opened: RunningService, other: RunningService, w: str, said: str
) -> None:
    async with polling(opened.url) as session:
        await session.auth(token("bob", (w,)))
        async with upgrading(session, other.url) as connection:
            await connection.send(said)
            await connection.wait_closed()
        async with upgrading(session, other.url) as connection:
            await connection.send(PROBE)
            assert await connection.recv() == PROBED
            await connection.send("what?")
            await connection.wait_closed()
        channel = await create_channel(opened.url, w, "heard")
        assert await session.event("channel-created") == channel


async def test_a_poll_that_stands_open_is_answered_when_the_upgrade_begins(
    opened: RunningService, other: RunningService, w: str
) -> None:
    async with polling(opened.url) as session:
        await session.auth(token("bob", (w,)))
        standing = await session.open_get()
        async with moved(session, other) as websocket:
            assert (await standing).text == NOOP
            await websocket.send(event("no-such-event", ack=1))
            assert (await websocket.ack(1))["error"]["code"] == "unknown_event"


async def test_a_session_of_nobody_is_ended_at_its_time(database_url: str) -> None:
    settings = {"auth_timeout": "4"}  # long enough to move first, on a busy machine too
    with (
        running_service(database_url, **settings) as opened,
        running_service(database_url, **settings) as other,
    ):
        async with polling(opened.url) as session:
            await session.join()
            async with moved(session, other) as websocket:
                await websocket.ended()
                assert DISCONNECT in websocket.received


async def test_an_owner_that_is_gone_ends_the_upgrade(database_url: str, w: str) -> None:
    with running_service(database_url) as other:
        with running_service(database_url) as opened:
            async with polling(opened.url) as session:
                await session.auth(token("bob", (w,)))
                async with upgrading(session, other.url) as connection:
                    await connection.send(PROBE)
                    assert await connection.recv() == PROBED
                    assert opened.stop(signal.SIGKILL) == -signal.SIGKILL
                    await connection.send(SWITCH)
                    await connection.wait_closed()
        assert other.troubles == ""


async def test_what_is_being_served_ends_before_the_session_moves(
    database_url: str, w: str
) -> None:
    """A command that is refused for its rate is answered half a second later."""
    settings = {"rate_commands": "1/hour"}
    with (
        running_service(database_url, **settings) as opened,
        running_service(database_url, **settings) as other,
    ):
        async with polling(opened.url) as session:
            await session.auth(token("bob", (w,)))
            asked = [{"workspaceId": w, "name": f"{n}"} for n in range(3)]
            commands = [event("create-channel", data, ack=n) for n, data in enumerate(asked)]
            posted = asyncio.create_task(session.post(*commands))
            await session.ack(0)
            async with moved(session, other) as websocket:
                for number in (1, 2):
                    answer = await websocket.ack(number)
                    assert answer["error"]["code"] == "rate_limited"
                assert (await posted).status_code == 200


async def test_a_user_has_no_more_connections_by_moving_them(database_url: str, w: str) -> None:
    settings = {"max_connections_per_user": "1"}
    with (
        running_service(database_url, **settings) as opened,
        running_service(database_url, **settings) as other,
    ):
        async with polling(opened.url) as session, polling(opened.url) as another:
            await session.auth(token("bob", (w,)))
            async with moved(session, other) as websocket:
                await websocket.send(event("no-such-event", ack=1))
                await websocket.ack(1)
                await another.auth(token("bob", (w,)))
                async with moved(another, other) as refused:
                    with pytest.raises(Ended):
                        await refused.receive()
