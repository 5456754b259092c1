"""The README's first five minutes, as a newcomer has them with the console open: the link that is
printed, the lines to paste, and what of them the console shows."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.console.test_signing_in import link
from tests.support.clients import js_client
from tests.support.console import Console, context
from tests.support.embedded_service import DEVELOPMENT, development_token
from tests.support.service import running_service

pytestmark = pytest.mark.browser

README = Path(__file__).parents[3] / "README.md"


def pasted(after: str) -> str:
    """The commands of the block of the README that holds `after`, without what they answer."""
    block = next(each for each in README.read_text().split("\n\n") if after in each)
    lines = [line[4:] for line in block.splitlines()]
    commands, goes_on = [], False
    for line in lines:
        if line.startswith("$ ") or goes_on:
            commands.append(line.removeprefix("$ "))
            goes_on = line.endswith("\\")
    return "\n".join(commands)


async def shell(script: str, **environment: str) -> str:
    """What a shell prints that is given these lines."""
    path = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", script, stdout=asyncio.subprocess.PIPE, env=path | environment
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


async def test_what_the_readme_has_one_do_is_seen_in_the_console(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    with running_service(database_url, data_dir=str(tmp_path), **DEVELOPMENT) as service:
        access = development_token(service)

        async def paste(after: str, channel_id: str = "") -> str:
            script = pasted(after).replace("http://127.0.0.1:8000", service.url)
            script = re.sub(r"^export TOKEN=\S+\n", "", script)
            return await shell(
                re.sub(r"[0-9a-f]{8}(-[0-9a-f]+){4}", channel_id, script), TOKEN=access
            )

        async with (
            context(browser) as tabs,
            js_client(service.url, auth={"token": access}) as listener,
        ):
            await listener.event("auth-success")
            console = Console(await tabs.new_page(), service.url)
            page = console.page
            await page.goto(link(service))
            await console.shows("Nothing has happened yet")
            created = await paste("export TOKEN=")
            (channel_id,) = re.findall(r'"id":"([^"]+)"', created)
            await listener.event("channel-created")
            await page.get_by_role("link", name="Event 1", exact=True).click()
            await console.heading("developer created #general")
            await console.shows("developer was sent it as it happened over 1 connection.")
            assert '"what":"member-added"' in await paste("-X PATCH", channel_id)
            await page.get_by_role("link", name="as it was at this position").click()
            await console.heading("#general")
            await page.get_by_role("button", name="Now").click()
            await console.heading("#team")
            await console.shows("let bob in, as user")
            await page.get_by_role("link", name="bob", exact=True).click()
            await console.shows("Nobody is connected that these filters let through.")
            await page.get_by_role("link", name="Connections", exact=True).click()
            await expect(page.get_by_role("link", name="developer", exact=True)).to_be_visible()
            assert console.troubles == []
        assert service.troubles == ""
