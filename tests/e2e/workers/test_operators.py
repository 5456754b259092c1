"""Operators are answered by whichever worker has their request, and of all of them."""

from contextlib import AsyncExitStack

from tests.support.channels import create_channel
from tests.support.operating import operating
from tests.support.service import running_service
from tests.support.workers import a_socket_each, all_ready


async def test_all_workers_are_nodes_whose_connections_are_told(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        service = stack.enter_context(running_service(database_url, workers="2"))
        await all_ready(service)
        sockets = await a_socket_each(service, stack)
        channel = await create_channel(service.url, "demo", "general")
        for socket in sockets:
            await socket.event("channel-created")
        for _ in range(4):  # a connection for each, which any worker may accept
            async with operating(service.url) as olga:
                nodes = await olga.get("/nodes")
                assert len(nodes["nodes"]) == 2
                assert nodes["silent"] == []
                page = await olga.get("/connections", limit=200)
                assert {each["id"] for each in page["connections"]} == {
                    socket.sid for socket in sockets
                }
                assert {each["nodeId"] for each in page["connections"]} == {
                    each["id"] for each in nodes["nodes"]
                }
                about = await olga.about(channel["position"], "alice")
                assert about["verdict"] == "sent"
                assert {each["outcome"] for each in about["connections"]} == {"live"}
                assert about["connectionCount"] == len(sockets)
