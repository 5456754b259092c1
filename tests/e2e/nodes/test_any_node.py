"""Any request of a stock client may arrive at any node."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client
from tests.support.round_robin import RoundRobin
from tests.support.service import RunningService
from tests.support.tokens import token

TRANSPORTS: dict[str, list[str] | None] = {
    "default": None,
    "polling": ["polling"],
    "websocket": ["websocket"],
}


async def create_everywhere(nodes: list[RunningService], workspace: str, count: int) -> list[Any]:
    """Channels, one after the other at each node in turn."""
    return [
        await create_channel(nodes[n % len(nodes)].url, workspace, f"channel {n} {uuid4()}")
        for n in range(count)
    ]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", STOCK_CLIENTS)
async def test_a_client_hears_what_is_created_at_any_node_in_order_and_once(
    nodes: list[RunningService], balancer: RoundRobin, kind: str, transport: str
) -> None:
    w = f"any-{uuid4()}"
    auth = {"token": token("bob", (w,))}

    async def listening(stack: AsyncExitStack) -> Client:
        client = await stack.enter_async_context(
            STOCK_CLIENTS[kind](balancer.url, auth=auth, transports=TRANSPORTS[transport])
        )
        await client.event("auth-success")
        return client

    async with AsyncExitStack() as stack:
        clients = await asyncio.gather(*(listening(stack) for _ in range(4)))
        created = await create_everywhere(nodes, w, 20)
        for client in clients:
            await client.event("channel-created", len(created))
            assert client.events("channel-created") == created
            assert [heard.kind for heard in client.heard if heard.kind == "disconnect"] == []
        for client in clients:
            answer = await client.call("create-channel", {"workspaceId": w, "name": str(uuid4())})
            assert "channel" in answer
    for node in nodes:
        assert node.troubles == ""
