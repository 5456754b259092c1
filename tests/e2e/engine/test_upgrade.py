"""The upgrade from polling to WebSocket in a stream of events: none lost, none twice, in order."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.support.channels import constant_creation
from tests.support.clients import PATIENCE, STOCK_CLIENTS, Client, js_client
from tests.support.in_process import service_in_process
from tests.support.service import RunningService
from tests.support.tokens import token
from transport.socketio import upgrade
from transport.socketio.upgrade import Upgrade


async def check_complete(client: Client, created: list[Any]) -> None:
    """All that was created after the client's position came, once and in order."""
    position = client.events("auth-success")[0]["position"]
    expected = [channel for channel in created if channel["position"] > position]
    expected.sort(key=lambda channel: channel["position"])
    await client.event("channel-created", len(expected))
    assert client.events("channel-created") == expected


async def test_nothing_is_lost_or_repeated_while_stock_clients_upgrade(
    service: RunningService,
) -> None:
    w = "upgrade"
    auth = {"token": token("bob", (w,))}
    async with AsyncExitStack() as stack:
        async with constant_creation(service.url, w) as created:
            clients = []
            for _ in range(4):
                for open_client in STOCK_CLIENTS.values():
                    client = await stack.enter_async_context(open_client(service.url, auth=auth))
                    clients.append(client)
            for client in clients:
                heard = len(client.events("channel-created"))
                await client.event("channel-created", heard + 20)
        for client in clients[::2]:
            await client.kind("upgrade")
        for client in clients:
            await check_complete(client, created)


async def test_nothing_is_lost_or_repeated_when_auth_comes_after_the_upgrade(
    service: RunningService,
) -> None:
    w = "upgraded"
    async with js_client(service.url) as client:
        async with constant_creation(service.url, w) as created:
            await client.kind("upgrade")
            await client.auth(token("bob", (w,)))
            await client.event("channel-created", 20)
        await check_complete(client, created)


async def test_a_client_whose_answers_take_long_upgrades_all_the_same(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a storm: it switches once what it has posted is answered."""
    monkeypatch.setattr(upgrade, "UPGRADE_TIMEOUT", 0.05)
    was_late, late = asyncio.Event(), Upgrade._late

    def noted(which: Upgrade) -> None:
        monkeypatch.setattr(upgrade, "UPGRADE_TIMEOUT", PATIENCE)
        was_late.set()
        late(which)

    monkeypatch.setattr(Upgrade, "_late", noted)
    async with service_in_process(database_url) as (service, url):
        greeting = service.sockets.events.greeting

        async def held(*given: Any) -> Any:
            await was_late.wait()
            return await greeting(*given)

        monkeypatch.setattr(service.sockets.events, "greeting", held)
        async with js_client(url, auth={"token": token("bob", ("upgrade",))}) as client:
            await client.event("auth-success")
            await client.kind("upgrade")
