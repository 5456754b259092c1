"""A node takes the connections that it may, and goes on with those that it gets."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import asyncpg
import httpx
import pytest

from domain.errors import Unavailable
from persistence.database.pool import APPLICATION_NAME, MIN_CONNECTIONS, Database
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.postgres import StoppableServer, ask
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

REQUESTS, AT_ONCE = 80, 40

OF_SERVICE = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{APPLICATION_NAME}'"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[StoppableServer]:
    """One that is soon full."""
    server = StoppableServer(tmp_path)
    await asyncio.to_thread(server.start)
    await ask(server.url, "ALTER SYSTEM SET max_connections = 24")
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def statuses(service: RunningService, *, but_first: str = "") -> Counter[int]:
    """What many requests at once are answered, half of which create a channel."""
    at_once = asyncio.Semaphore(AT_ONCE)
    headers = {"Authorization": f"Bearer {token()}"}
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, timeout=PATIENCE, limits=httpx.Limits()
    ) as http:

        async def send(number: int) -> int:
            async with at_once:
                if number % 2:
                    answer = await http.get("/workspaces/demo/channels")
                else:
                    name = {"name": f"{but_first}{number}"}
                    answer = await http.post("/workspaces/demo/channels", json=name)
            return answer.status_code

        return Counter(await asyncio.gather(*(send(number) for number in range(REQUESTS))))


async def test_a_node_never_has_more_connections_than_it_may(server: StoppableServer) -> None:
    """Not while it starts and builds its read models either."""
    counts = [0]
    admin = await asyncpg.connect(server.url)

    async def count() -> None:
        while True:
            counts.append(await admin.fetchval(OF_SERVICE))
            await asyncio.sleep(0.002)

    starting = running_service(server.url, database_connections=str(MIN_CONNECTIONS))
    async with running(count()):
        service = await asyncio.to_thread(starting.__enter__)
        try:
            for turn in range(5):
                answered = await statuses(service, but_first=f"{turn}-")
                assert answered == {200: REQUESTS / 2, 201: REQUESTS / 2}
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)
    assert 4 < max(counts) <= MIN_CONNECTIONS
    await admin.close()


async def fill(server: StoppableServer, others: AsyncExitStack) -> None:
    """Take all connections that are left."""

    async def is_full() -> bool:
        with suppress(asyncpg.TooManyConnectionsError):
            other = await asyncpg.connect(server.url)
            others.push_async_callback(other.close)
            return False
        return True

    await eventually(is_full)


async def test_a_full_server_is_not_away_for_who_wants_a_connection_of_their_own(
    server: StoppableServer, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(server.url)
    await database.open()
    async with AsyncExitStack() as others, database.acquire():
        await fill(server, others)
        for _ in range(3):
            with pytest.raises(Unavailable, match="no further connection"):
                async with database.dedicated():
                    pass
    assert caplog.text.count("no further connection to the database, going on with 1") == 1
    assert "away" not in caplog.text
    async with database.dedicated() as connection:
        assert await connection.fetchval("SELECT 1")
    await database.close()


async def test_where_the_server_is_full_it_goes_on_with_the_connections_that_it_has(
    server: StoppableServer,
) -> None:
    with running_service(server.url) as service:
        async with AsyncExitStack() as others:
            await fill(server, others)
            assert await statuses(service) == {200: REQUESTS / 2, 201: REQUESTS / 2}
            assert service.output.count("no further connection to the database, going on with") == 1
            assert "database away" not in service.output
        assert await statuses(service, but_first="again-") == {200: 40, 201: 40}
