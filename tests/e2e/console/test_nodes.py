"""Nodes in the console: who is there and who is gone, and what is critical in plain words."""

import signal

import asyncpg
import pytest
from playwright.async_api import Browser, expect

from tests.support.channels import create_channel
from tests.support.console import console_at
from tests.support.revoking import two_nodes
from tests.support.rewinding import LOSE_THE_END, PROMOTE
from tests.support.service import running_service

pytestmark = pytest.mark.browser

FORGET_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""As a failover does; what is new is asked where the log is."""


async def test_a_node_that_is_gone_is_shown_as_gone(browser: Browser, database_url: str) -> None:
    with two_nodes(database_url) as (staying, leaving):
        async with console_at(browser, staying.url, "#/nodes") as console:
            await console.shows("2 nodes; the log")
            await expect(console.page.get_by_text("ready", exact=True)).to_have_count(2)
            leaving.stop(signal.SIGKILL)
            await expect(console.page.get_by_text("gone", exact=True)).to_have_count(1)
            await console.shows("Last heard of")


async def test_a_rewound_log_is_told_where_it_is_watched_and_what_it_means(
    browser: Browser, database_url: str
) -> None:
    with running_service(database_url) as service:
        for name in ("kept", "lost"):
            channel = await create_channel(service.url, "demo", name)
        async with console_at(browser, service.url, "#/log") as console:
            await console.shows("alice created #lost")
            connection = await asyncpg.connect(database_url)
            try:
                async with connection.transaction():  # the service may look at any moment
                    await connection.execute(LOSE_THE_END.format(channel["position"] - 1))
                    await connection.execute(PROMOTE)
                await connection.execute(FORGET_CONNECTIONS)
            finally:
                await connection.close()
            rewound = console.page.get_by_role("alert").filter(has_text="The log was rewound")
            await expect(rewound).to_be_visible()
            await console.shows("alice created #kept")
            await expect(console.page.get_by_text("#lost")).to_have_count(0)
            await rewound.get_by_role("link", name="The nodes").click()
            await console.shows("The log has lost its end")
            await console.shows("Events 3 to 4 are gone")
