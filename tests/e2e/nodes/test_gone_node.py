"""A node that is killed, or stands still: its clients are told at once or in seconds to come back,
also those whose requests arrive at other nodes, and they miss nothing."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import pytest

from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client
from tests.support.engine_io import PollingSession, engine_http, polling
from tests.support.postgres import ask
from tests.support.returning import TRANSPORTS, WITHOUT_DELAY
from tests.support.round_robin import RoundRobin
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

W = "gone"


@pytest.fixture
def nodes(database_url: str) -> Iterator[list[RunningService]]:
    """Three nodes of the test's own; the first is to end."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(running_service(database_url)) for _ in range(3)]
        try:
            yield nodes
        finally:
            nodes[0].process.send_signal(signal.SIGKILL)


class Returning:
    """A stock client, which says at each connection up to where it has heard."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.client: Client | None = None

    def auth(self) -> dict[str, Any]:
        auth: dict[str, Any] = {"token": token("bob", (W,)), "recover": True}
        if self.kind == "python" and self.client is not None:
            told = self.client.events("channel-created") or self.client.events("auth-success")
            auth["position"] = told[-1]["position"]
        return auth

    async def open(self, stack: AsyncExitStack, url: str, transport: str) -> Client:
        auth: Any = self.auth() if self.kind == "javascript" else self.auth
        self.client = await stack.enter_async_context(
            STOCK_CLIENTS[self.kind](
                url, auth=auth, transports=TRANSPORTS[transport], **WITHOUT_DELAY[self.kind]
            )
        )
        await self.client.event("auth-success")
        return self.client


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "paused"])
async def test_clients_come_back_from_a_node_that_is_gone_and_miss_nothing(
    nodes: list[RunningService], number: int
) -> None:
    gone, *others = nodes
    async with RoundRobin([gone.url]) as balancer, AsyncExitStack() as stack:
        clients = [
            await Returning(kind).open(stack, balancer.url, "polling")
            for kind in STOCK_CLIENTS
            for _ in range(3)
        ]
        balancer.urls = [node.url for node in others]
        created = [await create_channel(others[0].url, W, "before")]
        for client in clients:
            await client.event("channel-created")
        created += [await create_channel(others[0].url, W, "polled at other nodes")]
        for client in clients:
            await client.event("channel-created", 2)
        gone.process.send_signal(number)
        created += [await create_channel(others[1].url, W, f"missed {n}") for n in range(5)]
        for client in clients:
            await client.event("auth-success", 2)
            await client.event("channel-created", len(created))
        created += [await create_channel(others[0].url, W, "live again")]
        for client in clients:
            await client.event("channel-created", len(created))
            assert client.events("channel-created") == created


async def test_a_request_to_a_node_that_is_gone_is_refused_at_once(
    nodes: list[RunningService], database_url: str
) -> None:
    gone, other, _ = nodes
    async with polling(gone.url) as session, engine_http(other.url) as http:
        elsewhere = PollingSession(http, session.sid, other.url)
        await elsewhere.auth(token("bob", (W,)))
        standing = await elsewhere.open_get()
        assert gone.stop(signal.SIGKILL) == -signal.SIGKILL
        assert (await standing).status_code == 400
        for answer in (await elsewhere.get(), await elsewhere.post("42[]")):
            assert answer.status_code == 400
            assert answer.json()["code"] == "malformed"


async def test_a_node_that_stops_leaves_the_others_nothing_to_ask_for(
    nodes: list[RunningService], database_url: str
) -> None:
    gone, *others = nodes

    async def known() -> Any:
        return await ask(database_url, "SELECT count(*) FROM nodes")

    assert await known() == 3
    async with polling(gone.url) as session, engine_http(others[0].url) as http:
        elsewhere = PollingSession(http, session.sid, others[0].url)
        await elsewhere.auth(token("bob", (W,)))
        assert await asyncio.to_thread(gone.stop) == 0
        assert await known() == 2
        assert (await elsewhere.get()).status_code == 400
