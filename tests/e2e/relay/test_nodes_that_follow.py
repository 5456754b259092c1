"""Nodes that follow the log from its stream: their clients hear everything, in order and once,
whatever becomes of NATS and of the relay."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import js_client
from tests.support.kanal_client import kanal_client
from tests.support.metrics import value
from tests.support.nats_server import NatsServer
from tests.support.relay_process import RelayProcess, running_relay
from tests.support.revoking import revoke, two_nodes
from tests.support.rewinding import LOSE_THE_END, PROMOTE
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

Heard: TypeAlias = Callable[[list[Any]], Awaitable[None]]

LONG = 60.0
"""Seconds, for what takes several heartbeats of a busy machine."""


@pytest.fixture
def nodes(database_url: str, nats_server: NatsServer) -> Iterator[list[RunningService]]:
    with two_nodes(database_url, feed_url=nats_server.url) as running:
        yield running


@pytest.fixture
def relay(
    database_url: str, nats_server: NatsServer, nodes: list[RunningService]
) -> Iterator[RelayProcess]:
    """It only reads the log, which the nodes have made."""
    with running_relay(database_url, feed_url=nats_server.url) as running:
        yield running


async def stream(node: RunningService) -> str:
    """What a node says of the stream."""
    async with httpx.AsyncClient(timeout=20) as http:
        said: str = (await http.get(f"{node.url}/health/ready")).json()["stream"]
    return said


async def counts_as_followed(node: RunningService, *, is_followed: bool) -> bool:
    """Whether its metrics say so; on a busy machine the stream may stand still for a moment."""
    return await value(node.url, "kanal_stream_followed") == is_followed


async def say(nodes: list[RunningService], *words: str) -> None:
    """Wait until all nodes say that of the stream."""

    async def do_all() -> bool:
        said = await asyncio.gather(*map(stream, nodes))
        return all(any(word in each for word in words) for each in said)

    await eventually(do_all, within=LONG)


@asynccontextmanager
async def listening(
    node: RunningService, w: str
) -> AsyncIterator[Callable[[list[Any]], Awaitable[None]]]:
    """A stock client and a kanal-client at a node; they can be asked to have heard of channels, in
    order, each once."""
    auth = {"token": token("bob", (w,))}
    async with (
        js_client(node.url, auth=auth) as stock,
        kanal_client(node.url, w, token("bob", (w,))) as kept,
    ):
        await stock.event("auth-success")
        await kept.live()

        async def heard(created: list[Any]) -> None:
            await stock.until(
                lambda: len(stock.events("channel-created")) >= len(created), within=LONG
            )
            assert stock.events("channel-created") == created
            await kept.until(lambda state: len(state["channels"]) >= len(created))
            assert kept.names == [channel["name"] for channel in created]
            assert not [each for each in stock.heard if each.kind == "disconnect"]

        yield heard


async def test_clients_hear_everything_while_nats_and_the_relay_are_killed_and_stand_still(
    nats_server: NatsServer, nodes: list[RunningService], relay: RelayProcess
) -> None:
    w, (writing, reading) = f"following-{uuid4()}", nodes
    created: list[Any] = []

    async def create(count: int = 10) -> None:
        for number in range(count):
            created.append(await create_channel(writing.url, w, f"{len(created)} {number}"))

    async with listening(reading, w) as heard:
        await say(nodes, "followed")
        await create()
        await heard(created)
        nats_server.kill()
        await create()
        await heard(created)
        nats_server.start()
        await say(nodes, "followed")
        await create()
        await heard(created)
        relay.kill()
        await create()
        await heard(created)
        await say(nodes, "stands still")
        relay.start()
        await say(nodes, "followed")
        await create()
        await heard(created)
        relay.process.send_signal(signal.SIGSTOP)
        await create()
        await heard(created)
        await say(nodes, "stands still")
        await eventually(partial(counts_as_followed, reading, is_followed=False), within=LONG)
        relay.process.send_signal(signal.SIGCONT)
        await say(nodes, "followed")
        await create()
        await heard(created)
        await eventually(partial(counts_as_followed, reading, is_followed=True), within=LONG)
    for node in nodes:
        assert node.troubles == ""


async def test_access_that_is_taken_back_ends_though_the_relay_stands_still(
    nats_server: NatsServer, nodes: list[RunningService], relay: RelayProcess
) -> None:
    w, (writing, reading) = f"following-{uuid4()}", nodes
    await say(nodes, "followed")
    async with js_client(reading.url, auth={"token": token("bob", (w,))}) as client:
        await client.event("auth-success")
        relay.process.send_signal(signal.SIGSTOP)
        await revoke(writing.url, "bob")
        (error,) = await client.until(lambda: client.events("socket-api-error"), within=LONG)
        assert error["code"] == "access_revoked"
        await client.kind("disconnect")
    relay.process.send_signal(signal.SIGCONT)  # it is to end as others do


async def test_a_rewound_log_goes_on_in_another_stream_and_clients_show_what_is_left(
    nats_server: NatsServer, nodes: list[RunningService], relay: RelayProcess, database_url: str
) -> None:
    w, (writing, reading) = f"following-{uuid4()}", nodes
    await say(nodes, "followed")
    access = token("bob", (w,))
    async with (
        kanal_client(reading.url, w, access) as client,
        kanal_client(writing.url, w, access) as beside,
    ):
        kept, lost = [await create_channel(writing.url, w, name) for name in ("kept", "lost")]
        for each in (client, beside):
            await each.live(position=lost["position"])
            assert each.names == ["kept", "lost"]
        await execute(database_url, LOSE_THE_END.format(kept["position"]), PROMOTE)
        for each in (client, beside):  # until both nodes know, they may refuse what they are asked
            await each.until(lambda state: names(state) == ["kept"] and state["status"] == "live")
        await create_channel(writing.url, w, "again")
        await say(nodes, "followed")
        await create_channel(writing.url, w, "and again")
        await client.until(lambda state: names(state) == ["kept", "again", "and again"])


async def test_a_node_that_starts_while_nats_is_away_serves_and_follows_it_later(
    database_url: str, nats_server: NatsServer
) -> None:
    w = f"following-{uuid4()}"
    nats_server.kill()
    with running_service(database_url, feed_url=nats_server.url) as node:
        async with listening(node, w) as heard:
            created = [await create_channel(node.url, w, "first")]
            await heard(created)
            nats_server.start()
            with running_relay(database_url, feed_url=nats_server.url):
                await say([node], "followed")
                created.append(await create_channel(node.url, w, "second"))
                await heard(created)


def names(state: Any) -> list[str]:
    return [channel["name"] for channel in state["channels"]]


async def execute(database_url: str, *statements: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()
