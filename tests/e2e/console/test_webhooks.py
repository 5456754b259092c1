"""Webhooks in the console: how each does, in plain words, and what an operator does about it."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.support.channels import create_channel
from tests.support.console import Console
from tests.support.http import http_client
from tests.support.postgres import ask, create_database
from tests.support.registering import NOBODY_THERE, Registrar, added, told
from tests.support.revoking import two_nodes
from tests.support.service import RunningService

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    return create_database(postgres_url)


@pytest.fixture(scope="module")
def nodes(database: str) -> Any:
    """Two nodes whose webhooks may be on this machine."""
    with two_nodes(database, webhook_networks="127.0.0.0/8") as running:
        yield running


async def do(console: Console, what: str, verb: str, *, after: str | None = None) -> None:
    """Have it done, and confirm that."""
    await console.page.get_by_role("button", name=f"{what} search").click()
    dialog = console.page.get_by_role("dialog")
    if after is not None:
        await dialog.get_by_label("After position").fill(after)
    await dialog.get_by_role("button", name=verb).click()
    await expect(dialog).to_have_count(0)


async def test_a_webhook_is_paused_resumed_and_sent_to_from_another_position(
    console: Console, url: str, database: str, nodes: list[RunningService]
) -> None:
    await create_channel(url, "demo", "general")
    await console.go("#/webhooks")
    await console.shows("There are none.")
    with http_client(nodes[1].url) as http:
        registrar = Registrar(http)
        webhook_id = added(registrar.add(description="search <b>"))["id"]

        def state() -> Any:
            return told(registrar.get(webhook_id))["state"]

        search: Locator = console.page.get_by_role("region", name="search <b>")
        await expect(search).to_contain_text(NOBODY_THERE)
        await do(console, "Pause", "Pause")
        await expect(search).to_contain_text("paused by an operator")
        assert state() == "paused"
        await do(console, "Replay", "Replay", after="9999")
        await console.shows("It was not done. position 9999 is none of this log")
        assert state() == "paused"
        await do(console, "Resume", "Resume")
        await expect(search.get_by_role("button", name="Pause")).to_be_visible()
        assert state() == "active"
        await ask(
            database,
            "UPDATE webhooks SET state = 'failing', attempts = 7, failing_since = now(),"
            " last_error = 'answered 500'",
        )
        await expect(search).to_contain_text("paused, because it kept failing")
        await expect(search).to_contain_text("answered 500")
        told(registrar.change(webhook_id, state="paused"))
        await do(console, "Replay", "Replay", after="0")
        await console.shows("goes on from position 0.")
        assert state() == "active"
        told(registrar.change(webhook_id, newSecret=True))
        await expect(search).to_contain_text("Two secrets until")
        assert "whsec_" not in await console.page.content()
    assert console.troubles == []
