"""Links between nodes, opened by who has the key: to a node, and to a process that shares its
port."""

import asyncpg
import pytest

from persistence.nodes.node_table import Node
from tests.support.engine_io import CONNECT, polling
from tests.support.postgres import ask
from tests.support.service import running_service
from transport.nodes.link import Link
from transport.nodes.signing import Signing
from transport.socketio.elsewhere import NodeGone


async def link_to(place: Node, database_url: str) -> Link:
    """A link of another node of the log."""
    connection = await asyncpg.connect(database_url)
    key = await connection.fetchval("SELECT key FROM node_key")
    now = await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")
    await connection.close()
    return Link(place, Signing("zzzzzzzz", lambda: key, lambda: now))


@pytest.mark.parametrize("way", ["its socket", "its port", "the port of a process beside it"])
async def test_a_link_leads_to_the_node_that_it_is_for(database_url: str, way: str) -> None:
    with running_service(database_url) as beside, running_service(database_url) as node:
        async with polling(node.url) as session:
            node_id = session.sid[:8]
            path = await ask(database_url, f"SELECT socket FROM nodes WHERE id = '{node_id}'")
            url = beside.url if "beside" in way else node.url
            place = Node(node_id, url, str(path) if way == "its socket" else None)
            link = await link_to(place, database_url)
            query = f"EIO=4&transport=polling&sid={session.sid}"
            answer = await link.ask("POST", session.sid, query, CONNECT.encode())
            assert (answer.status, answer.body) == (200, b"OK")
            await session.packet(CONNECT)
            link.close()
            await link.closed()
        assert beside.troubles + node.troubles == ""


async def test_a_node_takes_no_link_for_one_that_is_not_there(database_url: str) -> None:
    with running_service(database_url) as node:
        link = await link_to(Node("aaaaaaaa", node.url, None), database_url)
        with pytest.raises(NodeGone):
            await link.ask("POST", "aaaaaaaa", "", b"")
        await link.closed()
