"""What pages of others may do with the console and its API from a browser: nothing. And what a
channel's name may: nothing either."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.console import Console, console_at, context
from tests.support.revoking import operator
from tests.support.site import served

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=\"document.title='taken'\">"

ASK = """async ([url, token]) => {
  const ask = async (path, init) => {
    try { return (await fetch(url + path, init)).type } catch { return "refused" }
  };
  const headers = { Authorization: "Bearer " + token };
  return [
    await ask("/operator/nodes", { headers }),
    await ask("/operator/nodes"),
    await ask("/console"),
    await ask("/console/sign-in", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: '{"code": "x"}',
    }),
    await ask("/operator/projections/channels/rebuild", { method: "POST", headers }),
  ];
}"""


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    """The URL of another site."""
    (tmp_path / "index.html").write_text("<!doctype html><title>foreign</title><body>")
    with served(tmp_path) as url:
        yield url


async def test_a_page_of_another_origin_can_neither_read_nor_command(
    browser: Browser, url: str, foreign: str
) -> None:
    async with context(browser) as tabs:
        page = await tabs.new_page()
        await page.goto(foreign)
        assert await page.evaluate(ASK, [url, operator()]) == ["refused"] * 5
    async with console_at(browser, url, "#/projections") as console:
        await console.heading("Projections")
        await console.shows("level with the log")
        await expect(console.page.get_by_text("Rebuild running")).to_have_count(0)
        await expect(console.page.get_by_text("Rebuild done")).to_have_count(0)


async def test_a_page_of_another_origin_cannot_frame_it(
    browser: Browser, url: str, foreign: str
) -> None:
    async with context(browser) as tabs:
        page = await tabs.new_page()
        await page.goto(foreign)
        async with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
            await page.evaluate(
                "url => { document.body.innerHTML = `<iframe src='${url}/console'></iframe>` }", url
            )
        assert await page.frame_locator("iframe").get_by_role("heading").count() == 0


async def test_a_name_is_text_wherever_it_is_shown(
    console: Console, url: str, workspace: str
) -> None:
    channel = await create_channel(url, workspace, MARKUP, description=MARKUP, isPrivate=True)
    for place, told in (
        (f"#/log?workspace={workspace}", "created the private channel #<img src=x"),
        (f"#/log/{channel['position']}", "#<img src=x"),
        (f"#/channels?workspace={workspace}", "#<img src=x"),
        (f"#/channels/{channel['id']}", "#<img src=x"),
        ("#/log?workspace=<b>bold</b>", "Nothing has happened yet"),
        ("#/connections?user=<b>bold</b>", "Take back the access of <b>bold</b>"),
        (f"#/log/{channel['position']}?user=<b>bold</b>", "<b>bold</b> and this event"),
    ):
        await console.go(place)
        await console.shows(told)
        await expect(console.page.locator("main img, main b b")).to_have_count(0)
    assert "Kanal console" in await console.page.title()


async def test_the_policy_holds_in_a_browser(browser: Browser, url: str) -> None:
    """What got into the page all the same could not run, and could not carry anything away."""
    async with context(browser) as tabs:
        page = await tabs.new_page()
        console = Console(page, url)
        await console.open()
        await console.sign_in()
        await console.heading("Log")
        await page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "document.title = 'taken'";
              document.body.append(script);
            }"""
        )
        away = "() => fetch('http://127.0.0.1:9/').catch(() => 'refused')"
        assert await page.evaluate(away) == "refused"
        assert await page.title() == "Log · Kanal console"

        async def are_told() -> bool:
            told = "".join(console.troubles)
            return "script-src" in told and "connect-src" in told

        await eventually(are_told)
        assert [each for each in console.troubles if "Content Security Policy" not in each] == []
