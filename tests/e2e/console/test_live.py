"""The live tail: it goes on where it was after a time without the network, and says what it leaves
out where more happens than it shows."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.channels import api, create_channel
from tests.support.console import Console, context

pytestmark = pytest.mark.browser


async def in_force(page: Page) -> None:
    """Wait until all has happened that a click was to bring about: what a page does besides to show
    it, such as to ask no more, comes a frame later."""
    frame = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    await page.evaluate(frame)


async def test_what_happens_is_shown_once_as_it_happens(
    console: Console, url: str, workspace: str
) -> None:
    await console.go(f"#/log?workspace={workspace}")
    await console.shows("Nothing has happened yet that these filters let through.")
    for name in ("one", "two"):
        await create_channel(url, workspace, name)
        await expect(console.page.get_by_text(f"alice created #{name}")).to_have_count(1)


async def test_a_tab_that_was_offline_says_so_and_then_shows_what_it_has_missed(
    console: Console, url: str, workspace: str
) -> None:
    await console.go(f"#/log?workspace={workspace}")
    await create_channel(url, workspace, "before")
    await console.shows("created #before")
    tabs = console.page.context
    await tabs.set_offline(True)
    reach = console.page.get_by_role("status").filter(has_text="has not answered since")
    await expect(reach).to_be_visible()
    await console.shows("created #before")
    await create_channel(url, workspace, "meanwhile")
    await tabs.set_offline(False)
    await console.shows("created #meanwhile")
    await expect(reach).to_have_count(0)
    for name in ("before", "meanwhile"):
        await expect(console.page.get_by_text(f"alice created #{name}")).to_have_count(1)


async def test_it_samples_and_says_so(console: Console, url: str, workspace: str) -> None:
    page = console.page
    await console.go(f"#/log?workspace={workspace}")
    await create_channel(url, workspace, "first")
    await console.shows("created #first")
    await page.get_by_role("button", name="Pause").click()
    await console.shows("Paused at position")
    await in_force(page)
    async with api(url, workspace) as http:
        for number in range(80):
            assert (await http.post("", json={"name": f"many {number}"})).status_code == 201
    await page.get_by_role("button", name="Go on").click()
    await console.shows("This is a sample: the latest 100 of each second. 60 positions left out")
    await console.shows("created #many 79")
    await expect(page.get_by_text("created #many 0", exact=True)).to_have_count(0)
    await page.get_by_role("link", name="Show what came before").click()
    await expect(page.get_by_role("link", name="#many 29: all its events")).to_be_visible()


async def test_filters_let_through_what_they_say(
    console: Console, url: str, workspace: str
) -> None:
    await create_channel(url, workspace, "hers")
    await create_channel(url, workspace, "his", user="bob")
    await console.go("#/log")
    page = console.page
    await page.get_by_label("Workspace").fill(workspace)
    await page.get_by_label("Who did it").fill("bob")
    await page.get_by_label("What", exact=True).select_option("Channel created")
    await page.get_by_role("button", name="Show", exact=True).click()
    await console.shows("bob created #his")
    await expect(page.get_by_role("list", name="Events").get_by_role("listitem")).to_have_count(1)


async def test_a_tab_that_slept_for_two_minutes_goes_on_where_it_was(
    browser: Browser, url: str, workspace: str
) -> None:
    async with context(browser) as tabs:
        console = Console(await tabs.new_page(), url)
        clock = console.page.clock
        await clock.install()
        await console.open(f"#/log?workspace={workspace}")
        await console.sign_in()
        await create_channel(url, workspace, "before")
        await console.shows("created #before")
        await console.falls_asleep()
        await create_channel(url, workspace, "meanwhile")
        await expect(console.page.get_by_text("created #meanwhile")).to_have_count(0)
        await clock.fast_forward("02:00")
        await clock.resume()
        await console.shows("created #meanwhile")
        for name in ("before", "meanwhile"):
            await expect(console.page.get_by_text(f"alice created #{name}")).to_have_count(1)
        assert console.troubles == []
