"""The reference at `/docs` as a person reads it: a tab of a real browser, with what its page asked
for or was refused."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from playwright.async_api import Browser, Page, expect

from tests.support.clients import PATIENCE

NARROW, WIDE = 360, 1280
"""Widths of a page, in CSS pixels: that of a small phone, and that of a laptop."""

NOTE_VIOLATIONS = """window.violations = [];
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  window.violations.push(`${effectiveDirective} ${blockedURI}`));"""

Scheme = Literal["light", "dark"]


class Reference:
    """A tab that shows the reference of the service at a URL, its base path included."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.asked: list[str] = []
        """The URLs of all requests."""
        self.troubles: list[str] = []
        """What the page has thrown."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def open(self, api: str) -> None:
        """Show one of the documents: `http` or `sockets`."""
        await self.page.goto(f"{self.url}/docs?api={api}")
        await self.page.get_by_role("heading", level=1, name="Kanal").wait_for()

    async def shows(self, place: str, text: str) -> None:
        """Go to a place, and wait until what is there has the text."""
        section = self.page.locator(f'[id="{place}"]')
        await section.scroll_into_view_if_needed()
        await expect(section).to_contain_text(text, timeout=PATIENCE * 1000)

    async def check(self) -> None:
        """Nothing has gone wrong, and nobody else was asked for anything."""
        assert self.troubles == []
        assert await self.page.evaluate("window.violations") == []
        assert [url for url in self.asked if not url.startswith(f"{self.url}/")] == []


@asynccontextmanager
async def reference(
    browser: Browser, url: str, *, width: int = WIDE, scheme: Scheme = "light"
) -> AsyncIterator[Reference]:
    """A tab for it; at its end nothing may have gone wrong."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE * 1000)
    await context.add_init_script(NOTE_VIOLATIONS)
    try:
        shown = Reference(await context.new_page(), url)
        yield shown
        await shown.check()
    finally:
        await context.close()


def places(api: str, document: Any) -> Iterator[tuple[str, str]]:
    """Of each operation of a document, where it is on the page, and a text that is there."""
    if api == "sockets":
        for operation_id, operation in document["operations"].items():
            channel = operation["channel"]["$ref"].rpartition("/")[2]
            yield f"sockets/channel/{channel}/operation/{operation_id}", operation["title"]
        return
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in ("parameters", "head"):
                yield f"http/tag/{operation['tags'][0]}/{method.upper()}{path}", path
