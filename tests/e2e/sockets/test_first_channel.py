"""The whole way, once: a channel is created over HTTP, and the sockets that may see it hear."""

from typing import Any

import httpx
import pytest

from tests.support.clients import PATIENCE, Client, js_client, py_client
from tests.support.service import RunningService
from tests.support.tokens import token


def create(url: str, name: str, workspace: str, user: str = "alice", **body: Any) -> httpx.Response:
    return httpx.post(
        f"{url}/workspaces/{workspace}/channels",
        json={"name": name, **body},
        headers={"Authorization": f"Bearer {token(user, (workspace,))}"},
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("transports", [None, ["polling"], ["websocket"]])
async def test_a_stock_javascript_client_hears_of_a_channel(
    service: RunningService, transports: list[str] | None
) -> None:
    workspace = f"js-{transports}"
    options = {} if transports is None else {"transports": transports}
    async with js_client(service.url, **options) as client:
        success = await client.auth(token("bob", (workspace,)), transaction="t1")
        assert success["userId"] == "bob"
        assert success["transaction"] == "t1"
        created = create(service.url, "general", workspace).json()
        assert await client.event("channel-created") == created


@pytest.mark.parametrize("transports", [None, ["polling"], ["websocket"]])
async def test_a_stock_python_client_hears_of_a_channel(
    service: RunningService, transports: list[str] | None
) -> None:
    workspace = f"py-{transports}"
    async with py_client(service.url, transports=transports) as client:
        await client.auth(token("bob", (workspace,)))
        created = create(service.url, "general", workspace).json()
        assert await client.event("channel-created") == created


async def test_a_socket_creates_a_channel_and_is_acknowledged(service: RunningService) -> None:
    async with js_client(service.url, auth={"token": token("carol", ("ack",))}) as client:
        await client.event("auth-success")
        answer = await client.call("create-channel", {"workspaceId": "ack", "name": "mine"})
        assert await client.event("channel-created") == answer["channel"]


async def heard_nothing_but(client: Client, names: list[str]) -> None:
    assert [heard.name for heard in client.heard if heard.kind == "event"] == names
