"""The browser of the tests of pages: Debian's Chromium, driven by Playwright. Where there is none,
the tests that want one are skipped."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.support.clients import PATIENCE

expect.set_options(timeout=PATIENCE * 1000)

NAMES = ("chromium", "chromium-browser", "google-chrome")

STARTS_WITHIN = 60.0
"""Seconds that the browser may take to start, on a machine that does much else."""


def chromium() -> str:
    """The path of the browser. Skips the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    return found


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """A browser without a window, which asks nobody but the pages that it is sent to.

    Each test has its own: Playwright's other interface, with which one would do for all, keeps an
    event loop running in the main thread, where the tests' own could not run beside it.
    """
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",  # root has none, in a container
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
            timeout=STARTS_WITHIN * 1000,
        )
        try:
            yield browser
        finally:
            await browser.close()
