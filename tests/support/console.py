"""The console as a person uses it: a tab of a real browser, and what went wrong in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.revoking import operator

NARROW, WIDE = 360, 1200
"""Widths of a page, in CSS pixels: that of a small phone, and that of a laptop."""

REFUSED_BY_THE_SERVICE = "Failed to load resource"
"""So the browser notes each request that is refused or unanswered."""


class Console:
    """A tab that shows the console of the service at a URL."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.troubles: list[str] = []
        """What the page, or the browser of the page, has complained of."""
        self.asked: list[str] = []
        """The URLs of all requests."""
        self._asking = set[Request]()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asks)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)

    def _asks(self, request: Request) -> None:
        self.asked.append(request.url)
        self._asking.add(request)

    def _ends(self, request: Request) -> None:
        self._asking.discard(request)

    def _heard(self, message: ConsoleMessage) -> None:
        is_expected = message.text.startswith(REFUSED_BY_THE_SERVICE)
        if message.type in ("error", "warning") and not is_expected:
            self.troubles.append(message.text)

    async def open(self, place: str = "") -> None:
        """Load the page, at a place such as `#/nodes`."""
        await self.page.goto(f"{self.url}/console{place}")

    async def sign_in(self, token: str | None = None) -> None:
        """With a token, an operator's if there is none given."""
        await self.page.get_by_label("An operator's access token").fill(token or operator())
        await self.page.get_by_role("button", name="Sign in").click()

    async def go(self, place: str) -> None:
        """To another place, in the page."""
        await self.page.evaluate("place => { location.hash = place }", place)

    async def falls_asleep(self) -> None:
        """As a laptop that is closed: nothing in the page happens any more, until its clock, which
        is to be installed, is resumed."""
        now = await self.page.evaluate("Date.now()")
        await self.page.clock.pause_at(now + 10_000)  # later than it is, however slow this is

        async def has_all_answers() -> bool:
            return not self._asking

        await eventually(has_all_answers)

    async def heading(self, text: str) -> None:
        """Wait until the page has that heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    async def shows(self, text: str) -> None:
        """Wait until the page shows a text."""
        await expect(self.page.locator("main")).to_contain_text(text)


@asynccontextmanager
async def context(
    browser: Browser, *, width: int = WIDE, scheme: str = "light"
) -> AsyncIterator[BrowserContext]:
    """A browser's memory of its own, with what its pages look like."""
    made = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    made.set_default_timeout(PATIENCE * 1000)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def console_at(
    browser: Browser, url: str, place: str = "", *, width: int = WIDE, scheme: str = "light"
) -> AsyncIterator[Console]:
    """The console, signed in; at its end nothing may have gone wrong in it."""
    async with context(browser, width=width, scheme=scheme) as tabs:
        console = Console(await tabs.new_page(), url)
        await console.open(place)
        await console.sign_in()
        yield console
        assert console.troubles == []
