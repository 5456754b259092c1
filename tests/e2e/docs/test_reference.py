"""The reference at `/docs`, in a real browser: all that the documents say, nothing of elsewhere.

With `PICTURES=docs/images` in the environment its pictures are made anew."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support import postgres
from tests.support.clients import PATIENCE
from tests.support.reference import NARROW, Scheme, places, reference
from tests.support.service import RunningService, running_service

BASE = "/kanal/eu"

DOCUMENTS = {"http": "openapi.json", "sockets": "asyncapi.json"}
PICTURED = {
    "http": "http/tag/channels/POST/workspaces/{workspaceId}/channels",
    "sockets": "sockets/channel/default/operation/send-channel-created",
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(postgres_url: str) -> Iterator[str]:
    """Where the service is, below a base path."""
    database = postgres.create_database(postgres_url)
    with running_service(database, base_path=BASE) as running:
        yield f"{running.url}{BASE}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("api", DOCUMENTS)
async def test_it_shows_every_operation_and_event_in_light_and_dark(
    browser: Browser, url: str, tmp_path: Path, api: str, scheme: Scheme
) -> None:
    document = httpx.get(f"{url}/{DOCUMENTS[api]}", timeout=PATIENCE).json()
    expected = list(places(api, document))
    async with reference(browser, url, scheme=scheme) as shown:
        await shown.open(api)
        for place, text in expected:
            await shown.shows(place, text)
        await expect(shown.page.locator("body")).to_contain_class(f"{scheme}-mode")
        await shown.page.evaluate("place => { location.hash = place }", PICTURED[api])
        await shown.shows(PICTURED[api], dict(expected)[PICTURED[api]])
        directory = Path(os.environ.get("PICTURES", tmp_path))
        await shown.page.screenshot(path=directory / f"reference-{api}-{scheme}.png")


@pytest.mark.parametrize("api", DOCUMENTS)
async def test_it_fits_a_phone(browser: Browser, url: str, api: str) -> None:
    async with reference(browser, url, width=NARROW) as shown:
        await shown.open(api)
        for place, text in list(
            places(api, httpx.get(f"{url}/{DOCUMENTS[api]}", timeout=PATIENCE).json())
        )[:5]:
            await shown.shows(place, text)
        width = "document.documentElement.scrollWidth"
        assert await shown.page.evaluate(width) <= NARROW


async def test_an_operation_is_found_by_the_keyboard_alone(browser: Browser, url: str) -> None:
    async with reference(browser, url) as shown:
        await shown.open("http")
        await shown.page.keyboard.press("Control+k")
        await expect(shown.page.locator("input:focus")).to_be_visible()  # it takes what is typed
        await shown.page.keyboard.type("Take back what a user")
        await expect(shown.page.get_by_role("option").first).to_contain_text("/revocations")
        await shown.page.keyboard.press("ArrowDown")
        await shown.page.keyboard.press("Enter")
        await shown.page.wait_for_url("**#http/tag/access/POST/revocations")


async def test_a_token_that_is_typed_in_is_gone_with_the_page(browser: Browser, url: str) -> None:
    secret = "a-token-that-nobody-else-may-read"
    async with reference(browser, url) as shown:
        await shown.page.clock.install()
        await shown.open("http")
        await shown.page.get_by_placeholder("Token").first.click()
        await shown.page.keyboard.type(secret)
        # The example of a request has it; whatever is to be kept is, a minute later.
        await expect(shown.page.locator("body")).to_contain_text(f"Bearer {secret}")
        await shown.page.clock.fast_forward("01:00")
        kept = await shown.page.evaluate(
            "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
            " await indexedDB.databases()])"
        )
        assert secret not in kept
        assert kept.endswith("[]]")
        assert all(secret not in asked for asked in shown.asked)


def test_its_licences_are_served_with_it(service: RunningService) -> None:
    answer = httpx.get(f"{service.url}/docs/licenses.txt", timeout=PATIENCE)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "@scalar/api-reference" in answer.text
