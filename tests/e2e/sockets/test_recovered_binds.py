"""What the answer to CONNECT says of recovery holds for the `auth` after it, and costs little."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.service.service import Service
from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.engine_io import CLOSE, CONNECT, WebSocketSession, event, polling, websocket
from tests.support.in_process import service_in_process
from tests.support.postgres import StoppableServer
from tests.support.recovery import Memory
from tests.support.returning import SOON
from tests.support.tokens import token

CREATED = "channel-created"

EVENTS = 3
"""A creation is two events; of the last one that was heard of, the name's comes after."""


class Node:
    """A service in this process on which a client may miss one channel and still resume.

    Whether what is missed was of other workspaces takes a query, which is counted, and can wait.
    """

    def __init__(self, service: Service, url: str) -> None:
        self.service = service
        self.url = url
        self.counted = 0
        self.may_count = asyncio.Event()
        self.may_count.set()
        self._count = service._stored.count_workspaces
        service._stored.count_workspaces = self._count_workspaces  # type: ignore[method-assign]

    async def _count_workspaces(self, *arguments: Any, **options: Any) -> int:
        self.counted += 1
        await self.may_count.wait()
        return await self._count(*arguments, **options)

    async def is_asked(self) -> bool:
        return self.counted > 0

    async def away(self, w: str) -> Memory:
        """What a client remembers that has seen all, whereupon others' channels were created."""
        memory = Memory()
        async with websocket(self.url) as session:
            await memory.join(session, token=token("bob", (w,)))
            await session.event("auth-success")
            memory.hear_all(session)
        await self.create("others'", 3)
        return memory

    async def create(self, w: str, count: int = 1) -> list[Any]:
        return [await create_channel(self.url, w, f"{time.time_ns()}") for _ in range(count)]


@asynccontextmanager
async def node(database_url: str, **settings: str) -> AsyncIterator[Node]:
    given = {"resume_limit": f"{EVENTS}", **settings}
    async with service_in_process(database_url, **given) as (service, url):
        yield Node(service, url)


@asynccontextmanager
async def held_after_connect(
    node: Node,
) -> AsyncIterator[tuple[WebSocketSession, Callable[[], None]]]:
    """A connection on which CONNECT is answered, and nothing after it until `go_on` is called."""
    async with websocket(node.url) as raw:
        turn = node.service.sockets.sessions[raw.sid].lock
        await turn.acquire()
        yield raw, turn.release


async def test_what_is_written_after_connect_does_not_change_the_answer(database_url: str) -> None:
    async with node(database_url) as one:
        memory = await one.away("w")
        async with held_after_connect(one) as (session, go_on):
            assert await memory.join(session, token=token("bob", ("w",)))
            created = await one.create("w", 4)
            go_on()
            assert (await session.event("auth-success"))["recovered"]
            await session.event(CREATED, 4)
            assert session.events(CREATED) == created


async def test_a_token_that_expires_after_connect_leaves_what_was_said_to_the_next(
    database_url: str,
) -> None:
    async with node(database_url) as one:
        memory = await one.away("w")
        async with held_after_connect(one) as (session, go_on):
            expires_at = time.time() + SOON

            async def has_expired() -> bool:
                return time.time() > expires_at

            assert await memory.join(session, token=token("bob", ("w",), exp=expires_at))
            await eventually(has_expired)
            go_on()
            assert (await session.event("socket-api-error"))["code"] == "token_expired"
            created = await one.create("w", 4)
            await session.send(event("auth", {"data": token("bob", ("w",))}))
            assert (await session.event("auth-success"))["recovered"]
            await session.event(CREATED, 4)
            assert session.events(CREATED) == created


@pytest.mark.parametrize("too_far", [False, True])
async def test_the_log_is_asked_once_for_each_client_that_comes_back(
    database_url: str, too_far: bool
) -> None:
    async with node(database_url) as one:
        memory = await one.away("w")
        await one.create("w", 2 if too_far else 1)
        async with websocket(one.url) as session:
            assert await memory.join(session, token=token("bob", ("w",))) is not too_far
            assert (await session.event("auth-success"))["recovered"] is not too_far
        assert one.counted == 1


async def test_a_client_that_leaves_before_connect_is_answered_leaves_nothing_behind(
    database_url: str,
) -> None:
    async with node(database_url) as one, polling(one.url) as session:
        memory = await one.away("w")
        server = one.service.sockets.server
        handshake = memory.handshake({"recover": True, "token": token("bob", ("w",))})
        one.may_count.clear()
        connecting = asyncio.create_task(session.post(CONNECT + json.dumps(handshake)))
        await eventually(one.is_asked)
        await session.post(CLOSE)
        one.may_count.set()
        await connecting
        assert one.service.sockets.sessions.get(session.sid) is None
        assert server.is_between_messages(session.sid)
        assert server.manager.sid_from_eio_sid(session.sid, "/") is None


async def test_a_client_that_connects_again_meanwhile_is_answered_once(database_url: str) -> None:
    """As a stock client does whose application calls `connect` while it is connecting."""
    async with node(database_url) as one, polling(one.url) as session:
        memory = await one.away("w")
        handshake = memory.handshake({"recover": True, "token": token("bob", ("w",))})
        one.may_count.clear()
        connecting = asyncio.create_task(session.post(CONNECT + json.dumps(handshake)))
        await eventually(one.is_asked)
        await session.post(CONNECT)
        one.may_count.set()
        await connecting
        assert (await session.event("auth-success"))["recovered"]
        (answer,) = [packet for packet in session.received if packet.startswith(CONNECT)]
        assert json.loads(answer.removeprefix(CONNECT))["pid"] == memory.pid


async def test_a_database_that_is_away_errs_on_the_side_of_false(tmp_path: Path) -> None:
    server = StoppableServer(tmp_path)
    server.start()
    try:
        # The socket is to be there still when the database is back, however long that takes.
        async with node(server.url, auth_timeout="60") as one:
            memory = await one.away("w")
            missed = await one.create("w")
            await asyncio.to_thread(server.stop)
            async with websocket(one.url) as session:
                assert not await memory.join(session, token=token("bob", ("w",)))
                assert (await session.event("socket-api-error"))["code"] == "unavailable"
                memory.hear_all(session)
                await asyncio.to_thread(server.start)
                numbers = itertools.count()

                async def authenticated() -> bool:
                    number = next(numbers)
                    auth = {"data": token("bob", ("w",))}
                    await session.send(event("auth", auth, ack=number))
                    return "error" not in await session.ack(number)

                await eventually(authenticated)
                assert (await session.event("auth-success"))["recovered"]
                assert await session.event(CREATED) == missed[0]
            async with websocket(one.url) as session:
                assert await memory.join(session, token=token("bob", ("w",)))
                assert await session.event(CREATED) == missed[0]
    finally:
        server.stop()
