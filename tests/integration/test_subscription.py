"""Following the log: everything once, in order, whatever happens to the connection."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from domain.errors import Unavailable
from domain.event_log import RecordedEvent
from persistence.database.embedded import EmbeddedPostgres
from persistence.log.subscription import HoleInLog, Subscription
from tests.support.events import channel_created
from tests.support.node import Node, open_node

PATIENCE = 30.0


async def write(node: Node, count: int) -> None:
    await asyncio.gather(
        *(node.log.append([channel_created(str(number))], "demo") for number in range(count))
    )


async def read_upto(subscription: Subscription[RecordedEvent], position: int) -> list[int]:
    seen: list[int] = []
    async with asyncio.timeout(PATIENCE):
        async for page in subscription.pages():
            seen.extend(recorded.position for recorded in page)
            if subscription.position >= position:
                return seen
    raise AssertionError("a subscription never ends")


async def test_it_catches_up_in_pages_and_then_follows(node: Node) -> None:
    await write(node, 25)
    sizes = []
    async with asyncio.timeout(PATIENCE):
        async for page in node.subscription(page_size=10).pages():
            sizes.append(len(page))
            if page[-1].position == 25:
                await write(node, 1)
            if page[-1].position == 26:
                break
    assert sizes == [10, 10, 5, 1]


async def test_whoever_starts_at_any_moment_sees_1_2_3(node: Node, database_url: str) -> None:
    async with open_node(database_url) as other:
        writing = asyncio.create_task(write(node, 400))
        also_writing = asyncio.create_task(write(other, 400))
        readers = []
        for number in range(10):
            reader = [node, other][number % 2].subscription(page_size=7)
            readers.append(asyncio.create_task(read_upto(reader, 800)))
            await node.stored.head()  # lets some be written: each starts at another moment
        await asyncio.gather(writing, also_writing)
        for seen in await asyncio.gather(*readers):
            assert seen == list(range(1, 801))


async def test_lost_connections_cost_no_position_and_repeat_none(
    node: Node, admin: asyncpg.Connection
) -> None:
    """Those of followers and of writers; what was not answered may be in the log or not."""
    reading = asyncio.create_task(read_upto(node.subscription(page_size=5), 60))
    written = 0
    async with asyncio.timeout(PATIENCE):
        while written < 60:
            with suppress(Unavailable):
                await write(node, 10)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            written = await admin.fetchval("SELECT position FROM log_head")
    seen = await reading
    assert seen == list(range(1, len(seen) + 1))


async def test_a_restart_of_postgres_is_outlived_and_said_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    postgres = EmbeddedPostgres(tmp_path)
    url = postgres.__enter__()
    try:
        async with open_node(url) as node:
            seen: list[int] = []
            news = asyncio.Event()

            async def follow() -> None:
                async for page in node.subscription().pages():
                    seen.extend(recorded.position for recorded in page)
                    news.set()

            following = asyncio.create_task(follow())
            await write(node, 10)
            await asyncio.to_thread(postgres.__exit__)
            async with asyncio.timeout(PATIENCE):
                while "database away" not in caplog.text:
                    await asyncio.sleep(0.05)
            postgres = EmbeddedPostgres(tmp_path)
            await asyncio.to_thread(postgres.__enter__)
            await write(node, 10)
            async with asyncio.timeout(PATIENCE):
                while len(seen) < 20:
                    news.clear()
                    await news.wait()
            following.cancel()
            assert seen == list(range(1, 21))
            assert "database back" in caplog.text
    finally:
        postgres.__exit__()


async def test_a_hole_stops_the_reader_with_its_place(node: Node, database_url: str) -> None:
    await write(node, 3)
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM stored_events WHERE notification_id = 2")
    await connection.close()
    async with open_node(database_url) as other:
        with pytest.raises(HoleInLog, match="expected position 2, found 3"):
            await read_upto(other.subscription(), 3)


async def test_a_node_reads_its_own_and_others_appends_in_one_order(
    node: Node, database_url: str
) -> None:
    async with open_node(database_url) as other:
        for number in range(20):
            await [node, other][number % 2].log.append([channel_created(str(number))], "demo")

        async def names(reader: Node) -> list[str]:
            page: Sequence[RecordedEvent] = []
            async with asyncio.timeout(PATIENCE):
                async for page in reader.subscription(page_size=1000).pages():
                    found.extend(recorded.event.name for recorded in page)  # type: ignore[attr-defined]
                    if page[-1].position == 20:
                        break
            return found

        for reader in (node, other):
            found: list[str] = []
            assert await names(reader) == [str(number) for number in range(20)]
