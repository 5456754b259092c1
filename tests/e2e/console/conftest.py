"""Fixtures of the tests of the console: two nodes on one log, a story that they can tell, a tab."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.support import postgres
from tests.support.console import Console, console_at
from tests.support.console_story import Story, told
from tests.support.revoking import two_nodes
from tests.support.service import RunningService


@pytest.fixture(scope="module")
def nodes(postgres_url: str) -> Iterator[list[RunningService]]:
    database = postgres.create_database(postgres_url)
    with two_nodes(database, webhook_networks="127.0.0.0/8") as running:
        yield running
        for node in running:
            assert node.troubles == ""


@pytest.fixture
def url(nodes: list[RunningService]) -> str:
    return nodes[0].url


@pytest.fixture
async def story(url: str, workspace: str) -> AsyncIterator[Story]:
    async with told(url, workspace) as story:
        yield story


@pytest.fixture
async def console(browser: Browser, url: str) -> AsyncIterator[Console]:
    """The console of an operator who has signed in."""
    async with console_at(browser, url) as console:
        yield console
