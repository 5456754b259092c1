"""Fixtures of all tests: a real Postgres, a database for each test, a running service."""

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings
from playwright.async_api import Browser, Page

from tests.support import postgres
from tests.support.browser import running_browser
from tests.support.clients import PATIENCE
from tests.support.service import RunningService, running_service

settings.register_profile("long")  # by name on the command line, for tests that can go on for long


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Postgres server, one for the whole run."""
    with postgres.server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """An empty database of the test's own."""
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="session")
def service(postgres_url: str) -> Iterator[RunningService]:
    """A running service, shared by all tests; they use workspaces of their own."""
    with running_service(postgres.create_database(postgres_url)) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real browser. Skips the test where there is none."""
    async with running_browser() as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> Page:
    """A page of it."""
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    return await context.new_page()
