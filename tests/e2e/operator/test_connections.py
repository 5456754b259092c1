"""Connections: those of all nodes, in pages, and letting one go."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Any

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import js_client, py_client
from tests.support.engine_io import polling, websocket
from tests.support.operating import Operator, operating
from tests.support.revoking import two_nodes
from tests.support.service import RunningService
from tests.support.tokens import token


async def ids_of(nodes: list[RunningService], olga: Operator) -> list[str]:
    """The ids of the nodes, the first being that of the operator's."""
    listed = (await olga.get("/nodes"))["nodes"]
    assert len(listed) == len(nodes)
    return [each["id"] for each in sorted(listed, key=lambda each: not each["isAsked"])]


async def test_each_is_told_with_user_transport_place_and_node(
    nodes: list[RunningService], olga: Operator
) -> None:
    w = "told"
    at_one, at_other = await ids_of(nodes, olga)
    async with (
        py_client(nodes[0].url, auth={"token": token("una", (w, "w2"))}) as una,
        js_client(
            nodes[1].url,
            auth={"token": token("paul", (w,)), "recover": True},
            transports=["polling"],
        ) as paul,
    ):
        await una.event("auth-success")
        await paul.event("auth-success")
        channel = await create_channel(nodes[0].url, w, "general")
        await una.event("channel-created")
        await paul.event("channel-created")
        (una_is,), (paul_is,) = [await olga.connections_of(user, 1) for user in ("una", "paul")]
        assert (una_is["nodeId"], paul_is["nodeId"]) == (at_one, at_other)
        assert (una_is["transport"], paul_is["transport"]) == ("websocket", "polling")
        assert (una_is["recovers"], paul_is["recovers"]) == (False, True)
        assert (una_is["workspaces"], una_is["workspaceCount"]) == (["told", "w2"], 2)
        assert una_is["position"] >= channel["position"]
        assert una_is["state"] == "live"
        assert una_is["address"] == "127.0.0.1"
        assert una_is["since"] < channel["createdAt"] < una_is["expiresAt"]

        async def the_stranger() -> Any:
            page = await olga.get("/connections", node=at_other)
            return [each for each in page["connections"] if each["userId"] is None]

        async with websocket(nodes[1].url) as stranger:  # which has a minute
            await stranger.join()
            (found,) = await eventually(the_stranger)
            place = (found["state"], found["id"], found["workspaces"])
            assert place == ("connected", stranger.sid, [])
        page = await olga.get("/connections", workspace="w2")
        assert [each["id"] for each in page["connections"]] == [una_is["id"]]


async def test_pages_of_all_nodes_hold_each_connection_once(
    nodes: list[RunningService], olga: Operator
) -> None:
    async with AsyncExitStack() as stack:
        for number in range(7):
            client = py_client(nodes[number % 2].url, auth={"token": token(f"p-{number}", ("p",))})
            await (await stack.enter_async_context(client)).event("auth-success")
        all_of_them = await olga.get("/connections", workspace="p")
        for limit in (1, 2, 3, 4, 7):
            found, query = list[Any](), dict[str, Any]()
            while True:
                page = await olga.get("/connections", workspace="p", limit=limit, **query)
                assert len(page["connections"]) <= limit
                found += page["connections"]
                if page["next"] is None:
                    break
                query = {"after": page["next"]}
            assert [each["id"] for each in found] == [
                each["id"] for each in all_of_them["connections"]
            ]
        assert {each["userId"] for each in found} == {f"p-{number}" for number in range(7)}
    for after in ("x", "aaaaaaaa.", "aaaaaaaa.-1", "aaaaaaaa.01"):
        response = await olga.http.get("/operator/connections", params={"after": after})
        assert response.status_code == 422


async def test_what_waits_for_a_client_that_does_not_poll_is_told(
    nodes: list[RunningService], olga: Operator
) -> None:
    async with polling(nodes[1].url) as idle:
        await idle.auth(token("idle", ("idle",)))
        channel = await create_channel(nodes[0].url, "idle", "general", description="x" * 2_000)

        async def waiting() -> Any:
            (connection,) = await olga.connections_of("idle", 1)
            return connection if connection["waitingBytes"] > 2_000 else None

        connection = await eventually(waiting)
        assert connection["position"] >= channel["position"]
        about = await olga.about(channel["position"], "idle")
        assert about["connections"][0]["waitingBytes"] == connection["waitingBytes"]
        await idle.event("channel-created")


async def test_one_that_is_let_go_comes_back_and_misses_nothing(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "let go", nodes[1].url
    async with js_client(url, auth={"token": token("lena", (w,)), "recover": True}) as lena:
        await lena.event("auth-success")
        before = await create_channel(url, w, "before")
        await lena.event("channel-created")
        (connection,) = await olga.connections_of("lena", 1)
        path = f"/operator/connections/{connection['id']}"
        answer = await olga.http.delete(path)
        assert answer.status_code == 202
        assert answer.json() == {"id": connection["id"], "nodeId": connection["nodeId"]}
        after = await create_channel(url, w, "after")
        await lena.event("channel-created", 2)
        assert lena.events("channel-created") == [before, after]
        assert (await lena.event("auth-success", 2))["recovered"]
        assert (await olga.http.delete(path)).status_code == 404


async def test_a_node_that_does_not_answer_is_named_and_the_others_are_told(
    nodes: list[RunningService], olga: Operator
) -> None:
    w = "silent"
    _, at_other = await ids_of(nodes, olga)
    channel = await create_channel(nodes[0].url, w, "general")
    async with py_client(nodes[0].url, auth={"token": token("una", (w,))}) as una:
        await una.event("auth-success")
        nodes[1].process.send_signal(signal.SIGSTOP)
        try:
            # At once: a node that is silent for long is gone.
            page, about, answer = await asyncio.gather(
                olga.ask("/connections", user="una"),
                olga.ask(f"/log/{channel['position']}", user="nobody-else"),
                olga.ask("/nodes"),
            )
            assert [each["userId"] for each in page["connections"]] == ["una"]
            assert [each["nodeId"] for each in page["silent"]] == [at_other]
            assert [each["nodeId"] for each in about["silent"]] == [at_other]
            assert about["concerned"][0]["verdict"] == "not-known"
            listed = {each["id"]: each for each in answer["nodes"]}
            assert listed[at_other]["alarms"] is None
        finally:
            nodes[1].process.send_signal(signal.SIGCONT)


async def test_what_a_node_knew_that_has_left_is_not_known_any_more(database_url: str) -> None:
    w = "left"
    with two_nodes(database_url) as (staying, leaving):
        async with operating(staying.url) as olga:
            channel = await create_channel(staying.url, w, "general")
            about = await olga.about(channel["position"], "nobody")
            assert about["verdict"] == "not-connected"
            async with py_client(leaving.url, auth={"token": token("una", (w,))}) as una:
                await una.event("auth-success")
                heard = await create_channel(staying.url, w, "heard")
                await una.event("channel-created")
            await asyncio.to_thread(leaving.stop)
            about = await olga.about(heard["position"], "una")
            assert about["verdict"] == "not-known"
            later = await create_channel(staying.url, w, "later")
            about = await olga.about(later["position"], "una")
            assert about["verdict"] == "not-connected"
