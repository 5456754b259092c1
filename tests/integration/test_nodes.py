"""The node table: who is there, where they are reached, and how long they may be silent."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest

from persistence.database.pool import Database
from persistence.nodes import node_table
from persistence.nodes.node_table import Node, NodeTable, Self, new_node_id
from tests.faults.proxy import Proxy
from tests.support.postgres import ask, socket_path, through_port


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        yield database


async def joined(database: Database, node_id: str, **more: str) -> NodeTable:
    table = NodeTable(database, lambda: (7, 3))
    await table.join(Self(node_id, "0.1.0", 8000, **more))
    return table


async def beat(table: NodeTable, database: Database) -> None:
    async with database.acquire() as connection:
        await table.heartbeat(connection)


async def silent_for(database_url: str, node_id: str, seconds: float) -> None:
    """Let a node have said nothing for so long."""
    await ask(
        database_url,
        f"UPDATE nodes SET seen = seen - interval '{seconds} s' WHERE id = '{node_id}'",
    )


async def test_nodes_know_each_other_and_share_one_key(database: Database) -> None:
    a = await joined(database, "aaaaaaaa", socket="/run/a.sock")
    b = await joined(database, "bbbbbbbb", url="https://b.example")
    assert await a.find("bbbbbbbb") == Node("bbbbbbbb", "https://b.example", None)
    assert await b.find("aaaaaaaa") == Node("aaaaaaaa", None, "/run/a.sock")
    assert await a.find("aaaaaaaa") is None
    assert a.key == b.key
    assert len(a.key) == 32
    assert abs(a.now - b.now) < 1


async def test_a_node_is_reached_at_the_address_that_the_database_sees(
    database: Database, admin: asyncpg.Connection
) -> None:
    """Over a socket of the file system it sees none."""
    await joined(database, "aaaaaaaa")
    seen = "SELECT host(inet_client_addr())"
    async with database.acquire() as connection:
        address = await connection.fetchval(seen)
    url = await admin.fetchval("SELECT url FROM nodes")
    assert url == (None if address is None else f"http://{address}:8000")


async def test_a_node_that_is_silent_is_gone_and_back_once_it_speaks(
    database: Database, database_url: str
) -> None:
    a, b = await joined(database, "aaaaaaaa"), await joined(database, "bbbbbbbb")
    await beat(a, database)
    assert a.known("bbbbbbbb")
    await silent_for(database_url, "bbbbbbbb", 6)
    await beat(a, database)
    assert not a.known("bbbbbbbb")
    assert await a.find("bbbbbbbb") is None
    await beat(b, database)
    await beat(a, database)
    assert a.known("bbbbbbbb")


async def test_a_node_that_leaves_is_gone_and_one_that_is_killed_is_forgotten(
    database: Database, database_url: str
) -> None:
    a, b = await joined(database, "aaaaaaaa"), await joined(database, "bbbbbbbb")
    await joined(database, "cccccccc")
    await a.leave()
    await beat(a, database)  # one that was on its way
    await silent_for(database_url, "cccccccc", 61)
    await beat(b, database)
    assert await ask(database_url, "SELECT array_agg(id) FROM nodes") == ["bbbbbbbb"]


async def test_a_heartbeat_that_is_on_its_way_brings_nobody_back_who_leaves(
    database: Database, database_url: str
) -> None:
    a = await joined(database, "aaaaaaaa")
    dial = partial(asyncio.open_unix_connection, socket_path(database_url))
    async with (
        Proxy(dial) as way,
        opened(through_port(database_url, way.port)) as far,
        far.acquire() as connection,
    ):
        way.stall()
        beating = asyncio.create_task(a.heartbeat(connection))
        leaving = asyncio.create_task(a.leave())
        await asyncio.wait([leaving], timeout=0.2)
        way.heal()
        await asyncio.gather(beating, leaving)
    assert await ask(database_url, "SELECT count(*) FROM nodes") == 0


async def test_a_node_that_has_just_joined_is_found(database: Database) -> None:
    a = await joined(database, "aaaaaaaa")
    assert await a.find("bbbbbbbb") is None
    await joined(database, "bbbbbbbb")
    assert await a.find("bbbbbbbb")


async def test_many_who_ask_for_nodes_that_there_are_not_cost_one_look(database: Database) -> None:
    looks = 0

    def load() -> tuple[int, int]:
        nonlocal looks
        looks += 1
        return 0, 0

    table = NodeTable(database, load)
    await table.join(Self("aaaaaaaa", "0.1.0"))
    found = await asyncio.gather(*(table.find(new_node_id()) for _ in range(1_000)))
    assert set(found) == {None}
    assert looks == 2, "the first was to join"


def test_an_id_says_nothing_and_is_new_each_time() -> None:
    ids = {new_node_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(re.fullmatch("[a-z2-7]{8}", id) for id in ids)


async def test_a_table_that_was_emptied_says_of_nobody_that_they_are_gone(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is after a crash of the server."""
    a, _ = await joined(database, "aaaaaaaa"), await joined(database, "bbbbbbbb")
    assert await a.find("bbbbbbbb")
    await ask(database_url, "TRUNCATE nodes")
    await beat(a, database)
    assert a.known("bbbbbbbb")
    monkeypatch.setattr(node_table, "DEAD_AFTER", 0.0)
    await beat(a, database)
    assert a.known("bbbbbbbb") is None
