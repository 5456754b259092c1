"""Access taken back while sockets are open: they end on every node, or lose the workspace, and
their clients are told."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import pytest

from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS
from tests.support.returning import FOR_GOOD, TRANSPORTS, Auth, returning_client
from tests.support.revoking import issued_later, revoke, two_nodes
from tests.support.service import RunningService
from tests.support.tokens import token


@pytest.fixture(scope="module")
def nodes(postgres_url: str) -> Iterator[list[RunningService]]:
    with two_nodes(postgres.create_database(postgres_url)) as running:
        yield running


async def on_each_node(
    nodes: list[RunningService], shown: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    """It is shown for each kind of client over each transport, on each of the nodes, at once."""
    async with asyncio.TaskGroup() as tasks:
        for number, node in enumerate(nodes):
            for kind in STOCK_CLIENTS:
                for transport in TRANSPORTS:
                    who = f"{shown.__name__}-{kind}-{transport}-{number}"
                    tasks.create_task(shown(nodes, node.url, kind, transport, who), name=who)


async def test_the_sockets_of_a_user_end_on_every_node_and_come_back_with_a_later_token(
    nodes: list[RunningService],
) -> None:
    await on_each_node(nodes, comes_back)


async def comes_back(
    nodes: list[RunningService], url: str, kind: str, transport: str, who: str
) -> None:
    w = f"back-{who}"
    auth = Auth(kind, token(who, (w,)), transaction="t-1")
    async with returning_client(url, kind, transport, auth) as client:
        await client.event("auth-success")
        auth.renew(client, issued_later(who, (w,)))
        await revoke(nodes[0].url, who)
        error = await client.event("socket-api-error")
        assert (error["event"], error["code"]) == ("auth", "access_revoked")
        assert await client.event("socket-api-error-t-1") == error["message"]
        told = [await create_channel(nodes[0].url, w, "missed")]
        assert (await client.kind("disconnect")).args != [FOR_GOOD[kind]]
        await client.kind("connect", 2)
        success = await client.event("auth-success", 2)
        if kind == "javascript":  # which claims the place where it was
            assert success["recovered"]
            await client.event("channel-created")
        else:
            told.clear()
        told.append(await create_channel(nodes[1].url, w, "live"))
        await client.until(lambda: told[-1] in client.events("channel-created"))
        assert client.events("channel-created")[-len(told) :] == told
        assert len(client.events("socket-api-error")) == 1


async def test_a_client_that_has_none_but_the_old_token_comes_back_once_and_hears_nothing(
    nodes: list[RunningService],
) -> None:
    await on_each_node(nodes, comes_back_once)


async def comes_back_once(
    nodes: list[RunningService], url: str, kind: str, transport: str, who: str
) -> None:
    w = f"once-{who}"
    auth = Auth(kind, token(who, (w,)), transaction="t-1")
    async with returning_client(url, kind, transport, auth) as client:
        await client.event("auth-success")
        await revoke(nodes[1].url, who)
        await client.event("socket-api-error")
        await create_channel(nodes[0].url, w, "not for them")
        assert (await client.kind("disconnect", 2)).args == [FOR_GOOD[kind]]
        codes = [error["code"] for error in client.events("socket-api-error")]
        assert codes == ["access_revoked", "access_revoked"]
        assert client.events("channel-created") == []


async def test_who_loses_one_workspace_hears_nothing_more_of_it_and_all_of_the_others(
    nodes: list[RunningService],
) -> None:
    await on_each_node(nodes, loses_one)


async def loses_one(
    nodes: list[RunningService], url: str, kind: str, transport: str, who: str
) -> None:
    lost, kept = f"lost-{who}", f"kept-{who}"
    auth = Auth(kind, token(who, (lost, kept)), transaction="t-1")
    options = {"auth": auth.option, "transports": TRANSPORTS[transport]}
    async with STOCK_CLIENTS[kind](url, **options) as client:
        await client.event("auth-success")
        await revoke(nodes[0].url, who, lost)
        error = await client.event("socket-api-error")
        assert (error["event"], error["code"]) == ("auth", "access_revoked")
        assert repr(lost) in error["message"]
        assert await client.event("socket-api-error-t-1") == error["message"]
        await create_channel(nodes[1].url, lost, "not for them")
        channel = await create_channel(nodes[1].url, kept, "for them")
        assert await client.event("channel-created") == channel
        assert len(client.events("channel-created")) == 1
        assert client.events("channel-deleted") == []
        answer = await client.call("create-channel", {"workspaceId": lost, "name": "no"})
        assert answer["error"]["code"] == "access_revoked"
        answer = await client.call("create-channel", {"workspaceId": kept, "name": "yes"})
        assert answer["channel"]["workspaceId"] == kept
        assert [each.kind for each in client.heard].count("disconnect") == 0


async def test_another_user_and_another_workspace_notice_nothing(
    nodes: list[RunningService],
) -> None:
    open_client = partial(STOCK_CLIENTS["python"], nodes[1].url)
    async with (
        open_client(auth={"token": token("ann", ("shared",))}) as ann,
        open_client(auth={"token": token("ben", ("shared", "other"))}) as ben,
    ):
        for client in (ann, ben):
            await client.event("auth-success")
        await revoke(nodes[0].url, "ann", "elsewhere")
        await revoke(nodes[0].url, "ben", "other")
        await ben.event("socket-api-error")
        channel = await create_channel(nodes[0].url, "shared", "for both")
        for client in (ann, ben):
            assert await client.event("channel-created") == channel
        assert ann.events("socket-api-error") == []
