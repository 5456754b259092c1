"""Connections in the console: found by user and workspace, let go; access that is taken back."""

import time

import pytest
from playwright.async_api import expect

from tests.support.clients import py_client
from tests.support.console import Console
from tests.support.tokens import token

pytestmark = pytest.mark.browser


async def test_a_connection_is_let_go_once_that_is_confirmed(
    console: Console, url: str, workspace: str
) -> None:
    page = console.page
    async with py_client(url, auth={"token": token("bob", (workspace,))}) as bob:
        await bob.event("auth-success")
        await console.go(f"#/connections?workspace={workspace}")
        await console.shows("1 connection.")
        for button, text in (("Leave it", "live"), ("Let it go", "was let go")):
            await page.get_by_role("button", name="Let go the connection").click()
            dialog = page.get_by_role("dialog", name="Let this connection go?")
            await expect(dialog.get_by_role("button", name="Leave it")).to_be_focused()
            await dialog.get_by_role("button", name=button).click()
            await expect(dialog).to_have_count(0)
            await console.shows(text)
        await bob.until(lambda: any(heard.kind == "disconnect" for heard in bob.heard))
        await console.shows("Nobody is connected")


async def test_access_is_taken_back_once_that_is_confirmed(
    console: Console, url: str, workspace: str
) -> None:
    page = console.page
    access = token("pete", (workspace,), iat=time.time())
    async with py_client(url, auth={"token": access}) as pete:
        await pete.event("auth-success")
        await console.go(f"#/connections?user=pete&workspace={workspace}")
        await console.shows("1 connection.")
        await page.get_by_role("button", name="Take back the access of pete").click()
        dialog = page.get_by_role("dialog", name="Take back the access of pete?")
        await expect(dialog).to_contain_text(f"in the workspace {workspace}")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await console.shows("1 connection.")
        await page.get_by_role("button", name="Take back the access of pete").click()
        await dialog.get_by_role("button", name="Take it back").click()
        await console.shows("The access of pete was taken back")
        error = await pete.event("socket-api-error")
        assert error["code"] == "access_revoked"
        await console.shows("Nobody is connected")
