"""Who hears of a channel: its workspace if it is public, its creator if it is private; in order."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.support.channels import api, create_channel
from tests.support.clients import STOCK_CLIENTS, js_client, py_client
from tests.support.service import RunningService
from tests.support.tokens import token

TRANSPORTS = {"as stock": None, "polling": ["polling"], "websocket": ["websocket"]}


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)
async def test_a_channel_is_heard_with_its_model_as_the_only_argument(
    service: RunningService, language: str, transports: list[str] | None
) -> None:
    workspace = f"heard-{language}-{transports}"
    auth = {"token": token("bob", (workspace,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth, transports=transports) as client:
        await client.event("auth-success")
        created = [
            await create_channel(service.url, workspace, "plain"),
            await create_channel(service.url, workspace, "Ünïcode 🎉", description="\"'<>\\\n☃"),
        ]
        await client.event("channel-created", 2)
        heard = [heard.args for heard in client.heard if heard.name == "channel-created"]
        assert heard == [[channel] for channel in created]


async def test_another_workspace_hears_nothing(service: RunningService) -> None:
    async with py_client(service.url) as here, py_client(service.url) as there:
        await here.auth(token("bob", ("here",)))
        await there.auth(token("bob", ("there",)))
        channel_here = await create_channel(service.url, "here", "same name")
        channel_there = await create_channel(service.url, "there", "same name")
        await here.event("channel-created")
        await there.event("channel-created")
        # One after both, for each: whatever was said to the wrong one has arrived by then.
        last_here = await create_channel(service.url, "here", "last")
        last_there = await create_channel(service.url, "there", "last")
        await here.event("channel-created", 2)
        await there.event("channel-created", 2)
        assert here.events("channel-created") == [channel_here, last_here]
        assert there.events("channel-created") == [channel_there, last_there]


async def test_ids_that_differ_in_case_or_form_are_different_workspaces(
    service: RunningService,
) -> None:
    async with AsyncExitStack() as stack:
        clients = {}
        for workspace in ("ångström", "Ångström", "a\u030angström"):
            client = clients[workspace] = await stack.enter_async_context(py_client(service.url))
            await client.auth(token("bob", (workspace,)))
        for workspace, client in clients.items():
            answer = await client.call("create-channel", {"workspaceId": workspace, "name": "x"})
            assert answer["channel"]["workspaceId"] == workspace
        for workspace, client in clients.items():
            await client.event("channel-created")
            heard = client.events("channel-created")
            assert [channel["workspaceId"] for channel in heard] == [workspace]


async def test_a_user_of_two_workspaces_hears_both_in_one_order(service: RunningService) -> None:
    async with py_client(service.url) as client:
        await client.auth(token("bob", ("one", "two")))
        created = [
            await create_channel(service.url, workspace, name)
            for name in ("a", "b", "c")
            for workspace in ("one", "two")
        ]
        await client.event("channel-created", len(created))
        assert client.events("channel-created") == created


async def test_a_private_channel_is_heard_by_all_sockets_of_its_creator_alone(
    service: RunningService,
) -> None:
    w = "private"
    async with (
        py_client(service.url) as alice,
        js_client(service.url) as alice_again,
        py_client(service.url) as bob,
        py_client(service.url) as admin,
    ):
        for client in (alice, alice_again):
            await client.auth(token("alice", (w,)))
        await bob.auth(token("bob", (w,)))
        await admin.auth(token("carol", {w: "admin"}))
        secret = await create_channel(service.url, w, "secret", user="alice", isPrivate=True)
        open_to_all = await create_channel(service.url, w, "open", user="alice")
        for client in (alice, alice_again):
            await client.event("channel-created", 2)
            assert client.events("channel-created") == [secret, open_to_all]
        for client in (bob, admin):
            await client.event("channel-created")
            assert client.events("channel-created") == [open_to_all]


@pytest.mark.parametrize("role", ["admin", "moderator", "user", "guest"])
async def test_every_role_hears_of_public_channels(service: RunningService, role: str) -> None:
    workspace = f"role-{role}"
    async with py_client(service.url) as client:
        await client.auth(token("bob", {workspace: role}))
        channel = await create_channel(service.url, workspace, "general")
        assert await client.event("channel-created") == channel


async def test_channels_are_heard_once_and_in_the_order_of_their_positions(
    service: RunningService,
) -> None:
    w, writers, each = "order", 8, 12
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(open_client(service.url, transports=transports))
            for open_client in STOCK_CLIENTS.values()
            for transports in (["polling"], ["websocket"])
        ]
        for client in clients:
            await client.auth(token("bob", (w,)))

        async def write(writer: int) -> None:
            async with api(service.url, w) as http:
                for number in range(each):
                    await http.post("", json={"name": f"{writer}-{number}"})

        await asyncio.gather(*(write(writer) for writer in range(writers)))
        for client in clients:
            await client.event("channel-created", writers * each)
            heard = client.events("channel-created")
            positions = [channel["position"] for channel in heard]
            assert positions == sorted(set(positions))
            assert heard == clients[0].events("channel-created")


async def test_a_socket_that_has_left_does_not_keep_others_from_hearing(
    service: RunningService,
) -> None:
    auth = {"token": token("bob", ("left",))}
    async with py_client(service.url, auth=auth) as stays:
        await stays.event("auth-success")
        async with py_client(service.url, auth=auth) as leaves:
            await leaves.event("auth-success")
        channel = await create_channel(service.url, "left", "general")
        assert await stays.event("channel-created") == channel
        assert leaves.events("channel-created") == []
