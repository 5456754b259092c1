"""Signing in to the console: with a pasted token or with the link of a development service; how
long it lasts, and that the token is nowhere but in the tab."""

import os
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.console import Console, context
from tests.support.embedded_service import DEVELOPMENT
from tests.support.revoking import operator, revoke
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

KEPT = "() => [...Object.keys(sessionStorage)].map((key) => sessionStorage.getItem(key))"

pytestmark = pytest.mark.browser


def link(service: RunningService) -> str:
    """The console's link that a service has printed."""
    found = re.search(r"^ +(http\S+/console#code=\S+)$", service.output, re.MULTILINE)
    assert found is not None, service.output
    return found[1]


async def test_the_link_of_a_development_service_signs_in_once(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    with running_service(database_url, data_dir=str(tmp_path), **DEVELOPMENT) as service:
        address = link(service)
        async with context(browser) as tabs:
            console = Console(await tabs.new_page(), service.url)
            await console.page.goto(address)
            await console.heading("Log")
            (kept,) = await console.page.evaluate(KEPT)
            assert await console.page.evaluate("localStorage.length + document.cookie.length") == 0
            code = address.partition("#code=")[2]
            assert code not in console.page.url
            for secret in (code, kept):
                assert not any(secret in url for url in console.asked)
            assert kept not in service.output
            again = Console(await tabs.new_page(), service.url)
            await again.page.goto(address)
            await again.shows("This link is not good any more")
            # What was used is gone, and what is made up was never there.
            for bad in (code, "made-up", "../jwt-secret"):
                answer = await again.page.request.post(
                    f"{service.url}/console/sign-in", data={"code": bad}
                )
                assert (answer.status, (await answer.json())["code"]) == (401, "token_invalid")
        assert not list((tmp_path / "console-codes").iterdir())


def test_what_else_lies_where_its_code_is_to_be_keeps_no_service_from_starting(
    database_url: str, tmp_path: Path
) -> None:
    codes = tmp_path / "console-codes"
    old, directory = codes / ("0" * 64), codes / "of somebody's"
    directory.mkdir(parents=True)
    old.touch()
    for each in (old, directory):
        os.utime(each, (0, 0))
    with running_service(database_url, data_dir=str(tmp_path), **DEVELOPMENT) as service:
        assert link(service)
    assert directory.is_dir()
    assert not old.exists()
    directory.rmdir()
    for each in codes.iterdir():
        each.unlink()
    codes.rmdir()
    codes.write_text("a file of somebody's")
    with running_service(database_url, data_dir=str(tmp_path), **DEVELOPMENT) as service:
        assert re.search("WARNING .*there is no link to the console: .*File exists", service.output)
        assert "/console#code=" not in service.output
        assert "TOKEN=" in service.output


async def test_every_worker_takes_the_code_that_one_process_has_printed(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    settings = {"data_dir": str(tmp_path), "workers": "2", **DEVELOPMENT}
    with running_service(database_url, **settings) as service:
        async with context(browser) as tabs:
            console = Console(await tabs.new_page(), service.url)
            await console.page.goto(link(service))
            await console.heading("Log")


async def test_who_is_no_operator_is_told_so_and_nothing_is_kept(
    browser: Browser, url: str
) -> None:
    async with context(browser) as tabs:
        console = Console(await tabs.new_page(), url)
        await console.open()
        for bad, told in (
            (token("mallory", {"demo": "admin"}), "kanal:operate"),
            ("made up", "holds other characters"),
            ("made-up", "does not take this token"),
            (token("olga", (), scope="kanal:operate", ttl=-60), "expired"),
        ):
            await console.sign_in(bad)
            await expect(console.page.get_by_role("alert")).to_contain_text(told)
            assert await console.page.evaluate(KEPT) == []
        await console.sign_in()
        await console.heading("Log")


async def test_a_tab_that_loses_its_token_says_why_and_comes_back_to_its_place(
    browser: Browser, url: str
) -> None:
    access = token("otto", (), scope="kanal:operate", iat=time.time())
    async with context(browser) as tabs:
        console = Console(await tabs.new_page(), url)
        await console.open("#/nodes")
        await console.sign_in(access)
        await console.heading("Nodes")
        await revoke(url, "otto")
        await console.shows("Your access was taken back")
        assert await console.page.evaluate(KEPT) == []
        await console.sign_in(operator())
        await console.heading("Nodes")


async def test_a_duplicated_tab_is_signed_in_by_itself_and_a_new_one_is_not(
    console: Console,
) -> None:
    await console.heading("Log")
    tabs = console.page.context
    async with tabs.expect_page() as opened:
        await console.page.evaluate("() => { open(location.href) }")
    copy = Console(await opened.value, console.url)
    await copy.heading("Log")
    fresh = Console(await tabs.new_page(), console.url)
    await fresh.open()
    await fresh.heading("Sign in")
    await console.page.get_by_role("button", name="Sign out").click()
    await console.heading("Sign in")
    await copy.go("#/nodes")
    await copy.heading("Nodes")
    await copy.shows("answers this page")


async def test_a_reload_stays_signed_in(console: Console) -> None:
    await console.heading("Log")
    await console.page.reload()
    await console.heading("Log")


async def test_a_service_that_is_given_keys_has_no_link(
    url: str, nodes: list[RunningService], browser: Browser
) -> None:
    assert "/console#code=" not in nodes[0].output
    async with context(browser) as tabs:
        answer = await tabs.request.post(f"{url}/console/sign-in", data={"code": "x"})
        assert answer.status == 404


async def test_a_token_is_sent_to_nobody_in_an_address(browser: Browser, url: str) -> None:
    access = operator()
    async with context(browser) as tabs:
        console = Console(await tabs.new_page(), url)
        await console.open()
        await console.sign_in(access)
        for place in ("log", "channels", "connections", "projections", "webhooks", "nodes"):
            await console.go(f"#/{place}")
            await console.heading(place.capitalize())
        assert len(console.asked) > 5
        assert not any(access.split(".")[1] in asked for asked in console.asked)
        assert all(asked.startswith(url) for asked in console.asked)
