"""Projections in the console: a rebuild is watched to its end, a verification says what differs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from playwright.async_api import Locator, expect

from projections.channel_list.projection import ChannelListProjection
from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.console import Console
from tests.support.revoking import two_nodes
from tests.support.service import RunningService

MODEL = ChannelListProjection.model

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="module")
def nodes(database: str) -> Iterator[list[RunningService]]:
    """Two nodes on a log whose database the tests change as well."""
    with two_nodes(database) as running:
        asyncio.run(create_channel(running[0].url, "demo", "general"))
        yield running


@asynccontextmanager
async def execute(database: str, statement: str) -> AsyncIterator[None]:
    """A transaction that has executed a statement, and is committed with the block."""
    connection = await asyncpg.connect(database)
    try:
        async with connection.transaction():
            await connection.execute(statement)
            yield
    finally:
        await connection.close()


async def begin(console: Console, what: str, verb: str) -> Locator:
    """Have it begun, and confirm that; answers the projection's part of the page."""
    await console.page.get_by_role("button", name=f"{what} channels").click()
    await console.page.get_by_role("dialog").get_by_role("button", name=verb).click()
    await expect(console.page.get_by_role("dialog")).to_have_count(0)
    return console.page.get_by_role("region", name="channels", exact=True)


async def test_a_rebuild_is_watched_to_its_end(console: Console, database: str) -> None:
    await console.go("#/projections")
    # While the live model is held, no rebuild of it can end.
    async with execute(database, f"LOCK TABLE {MODEL.schema}.channel_list IN ACCESS SHARE MODE"):
        channels = await begin(console, "Rebuild", "Rebuild")
        await console.shows("The rebuild of channels has begun.")
        await expect(channels.get_by_role("progressbar")).to_be_visible()
        await expect(channels).to_contain_text("Rebuild running")
        await expect(channels.get_by_role("button", name="Verify")).to_be_disabled()
    await expect(channels).to_contain_text("Rebuild done")
    await expect(channels.get_by_role("progressbar")).to_have_count(0)


async def test_a_verification_tells_the_rows_that_differ(console: Console, database: str) -> None:
    await console.go("#/projections")
    channels = await begin(console, "Verify", "Verify")
    await expect(channels).to_contain_text("No difference")
    async with execute(database, f"UPDATE {MODEL.schema}.channel_list SET name = 'tampered'"):
        pass
    await begin(console, "Verify", "Verify")
    await expect(channels).to_contain_text("2 rows differ")
    table = channels.get_by_role("table", name="Rows that differ")
    await expect(table.get_by_role("row", name="the live model")).to_contain_text("tampered")
    await expect(table.get_by_role("row", name="the log")).to_contain_text("general")
    await begin(console, "Rebuild", "Rebuild")
    await expect(channels).to_contain_text("Rebuild done")
