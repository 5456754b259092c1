"""The schema: made once, however often and by however many it is asked for."""

import asyncio

import asyncpg

from persistence.schema import migrate


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    assert len(await migrate(connection)) > 0
    assert await migrate(connection) == []
    await connection.close()


async def test_two_services_may_start_at_once_on_an_empty_database(database_url: str) -> None:
    connections = [await asyncpg.connect(database_url) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(connection) for connection in connections))
    assert sorted(map(len, applied))[:3] == [0, 0, 0]
    assert max(map(len, applied)) > 0
    for connection in connections:
        await connection.close()
