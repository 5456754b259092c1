"""An upgrade that arrives at another node: the session goes on there, and its client sees nothing
of it."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.support.background import eventually
from tests.support.channels import constant_creation, create_channel
from tests.support.clients import STOCK_CLIENTS, Client
from tests.support.http import http_client
from tests.support.round_robin import RoundRobin
from tests.support.service import RunningService
from tests.support.tokens import token


def connections(node: RunningService) -> int:
    with http_client(node.url) as http:
        for line in http.get("/health/metrics").text.splitlines():
            if line.startswith("kanal_connections "):
                return int(float(line.split()[1]))
    raise AssertionError


async def have(node: RunningService, count: int) -> None:
    async def has() -> bool:
        return await asyncio.to_thread(connections, node) == count

    await eventually(has)


async def check_complete(client: Client, created: list[Any]) -> None:
    """All that was created after the client's position came, once and in order."""
    position = client.events("auth-success")[0]["position"]
    expected = [channel for channel in created if channel["position"] > position]
    expected.sort(key=lambda channel: channel["position"])
    await client.event("channel-created", len(expected))
    assert client.events("channel-created") == expected
    assert "disconnect" not in [heard.kind for heard in client.heard]


@pytest.mark.parametrize("seen", [None, 0], ids=["live", "catching up"])
async def test_nothing_is_lost_or_repeated_while_stock_clients_move(
    nodes: list[RunningService], seen: int | None
) -> None:
    w = f"moved-{uuid4()}"
    opened, moved, _ = nodes
    auth: dict[str, Any] = {"token": token("bob", (w,))}
    if seen is not None:
        auth["position"] = (await create_channel(opened.url, w, "first"))["position"] - 1
        for number in range(300):
            await create_channel(opened.url, w, f"missed {number}")
    for node in nodes:
        await have(node, 0)
    async with (
        RoundRobin([opened.url], upgrades=[moved.url]) as balancer,
        AsyncExitStack() as stack,
    ):
        async with constant_creation(opened.url, w) as created:
            clients = []
            for _ in range(4):
                for open_client in STOCK_CLIENTS.values():
                    client = await stack.enter_async_context(open_client(balancer.url, auth=auth))
                    clients.append(client)
            for client in clients[::2]:
                await client.kind("upgrade")
            for client in clients:
                heard = len(client.events("channel-created"))
                await client.event("channel-created", heard + 20)
        await have(opened, 0)
        await have(moved, len(clients))
        if seen is None:
            for client in clients:
                await check_complete(client, created)
        else:
            for client in clients:
                await client.event("channel-created", 301 + len(created))
                positions = [each["position"] for each in client.events("channel-created")]
                assert positions == sorted(set(positions))
                assert len(positions) == 301 + len(created)
        for client in clients:
            assert "channel" in await client.call(
                "create-channel", {"workspaceId": w, "name": str(uuid4())}
            )
    for node in nodes:
        assert node.troubles == ""
