"""Each page of the console as it looks, in light, dark and on a phone, and nothing serious that axe
finds. The pictures of docs/console.md are made here:

    PICTURES=docs/images make test ARGS=tests/e2e/console/test_pictures.py
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.channels import constant_creation
from tests.support.console import NARROW, WIDE, Console, console_at, context
from tests.support.console_package import PACKAGE
from tests.support.console_story import Story
from tests.support.http import http_client
from tests.support.registering import Registrar, added, told

AXE = PACKAGE / "node_modules" / "axe-core" / "axe.min.js"

PLACES = {
    "event": "#/log/{story.renamed}?user=bob",
    "channels": "#/channels?workspace={story.workspace}",
    "channel": "#/channels/{story.deals[id]}?at={story.carol_let_in}",
    "connections": "#/connections?workspace={story.workspace}",
    "projections": "#/projections",
    "webhooks": "#/webhooks",
    "nodes": "#/nodes",
}
"""By the name of its picture, where a page is."""

SHOWN = {
    "event": "was not to hear it",
    "channels": "#big deals",
    "channel": "#deals",
    "connections": "Place in the log",
    "projections": "level with the log",
    "webhooks": "paused by an operator",
    "nodes": "answers this page",
}
"""What it shows once it is there."""

AT_WORK = re.compile(r"[1-9][0-9,]* events a second")
"""What the log says, which has a picture too, while something happens."""


WORKSPACES = iter(["acme", "globex", "initech", "umbrella"])


@pytest.fixture
def workspace() -> str:
    """One with a name to be read."""
    return next(WORKSPACES)


async def serious_faults(page: Page) -> list[Any]:
    """What axe-core finds that keeps people from using a page."""
    if not AXE.is_file():
        pytest.skip("clients/console/node_modules is missing: make test installs it")
    # As the inspector does it, whom the page's policy does not concern.
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
)
async def test_each_page_is_whole_readable_and_within_its_width(
    browser: Browser, url: str, story: Story, tmp_path: Path, scheme: str, width: int
) -> None:
    directory = Path(os.environ.get("PICTURES", tmp_path))
    kind = scheme if width == WIDE else f"phone-{scheme}"

    async def check(console: Console, name: str) -> None:
        page = console.page
        assert await serious_faults(page) == [], name
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width == WIDE or name == "event":
            path = directory / f"console-{name}-{kind}.png"
            await page.screenshot(path=path, full_page=name != "log")

    with http_client(url) as http:
        registrar = Registrar(http)
        for each in told(registrar.list())["webhooks"]:
            registrar.remove(each["id"])
        webhook = added(registrar.add(description="The search of acme", after=0))
        told(registrar.change(webhook["id"], state="paused"))
    async with context(browser, width=width, scheme=scheme) as tabs:
        signed_out = Console(await tabs.new_page(), url)
        await signed_out.open()
        await signed_out.heading("Sign in")
        await check(signed_out, "sign-in")
    async with console_at(browser, url, width=width, scheme=scheme) as console:
        for name, place in PLACES.items():
            await console.go(place.format(story=story))
            await console.shows(SHOWN[name])
            await check(console, name)
        await console.go("#/log")
        async with constant_creation(url, f"market-{kind}"):
            await expect(console.page.get_by_text(AT_WORK)).to_be_visible()
            await expect(console.page.locator(".chart canvas")).to_be_visible()
            await check(console, "log")
