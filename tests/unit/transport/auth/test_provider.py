"""Requests to providers: bounded in time and size, to addresses that were checked, by TLS."""

import asyncio
import socket
import ssl
import threading
from typing import Any

import pytest

from tests.support.clients import PATIENCE
from tests.support.issuer import CONFIGURATION, KEYS, Issuer, fault
from transport.auth import provider
from transport.auth.discovery import discover_key_set, fetch_key_set
from transport.errors import ProviderFault


async def test_an_answer_is_read_up_to_a_bound(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "MAX_BODY", 100_000)
    issuer.answers[KEYS] = b" " * 100_001
    issuer.hang = {KEYS}  # the end is not waited for
    assert "more than 100000 bytes" in await fault(issuer.base)


@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
async def test_an_answer_that_does_not_end_is_given_up(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(provider, "TIMEOUT", 0.2)
    issuer.hang = {path}
    assert "has not answered in 0.2 seconds" in await fault(issuer.base)


async def test_a_certificate_that_is_not_known_is_a_fault(
    secure: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "_tls", ssl.create_default_context)
    assert "certificate" in await fault(secure.base)


async def test_a_certificate_of_another_name_is_a_fault(secure: Issuer) -> None:
    assert "127.0.0.1" in await fault(secure.base.replace("localhost", "127.0.0.1"))


async def test_a_provider_that_is_not_there_is_a_fault_that_names_its_host_alone() -> None:
    with pytest.raises(ProviderFault) as error:
        await fetch_key_set("http://127.0.0.1:9/keys?canary=1")
    assert "127.0.0.1 cannot be reached" in str(error.value)
    assert "canary" not in str(error.value)
    assert "cannot be reached" in await fault("https://nobody.invalid")


async def test_a_name_whose_servers_do_not_answer_keeps_no_thread_that_others_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database is looked up by threads of the loop, of which there are few."""
    is_over, look_up = threading.Event(), socket.getaddrinfo

    def hangs(host: str, *more: Any, **named: Any) -> Any:
        if host == "nobody.invalid":
            is_over.wait()
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    monkeypatch.setattr(provider, "TIMEOUT", 0.02)
    try:
        for _ in range(40):
            assert "has not answered" in await fault("https://nobody.invalid")
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    finally:
        is_over.set()


async def test_the_address_that_was_checked_is_the_one_that_is_asked(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lest a name lead elsewhere the second time. An address that does not answer is passed by."""

    async def addresses(_: Any) -> list[str]:
        return ["::1", "127.0.0.1"]

    monkeypatch.setattr(provider, "_addresses", addresses)
    there = issuer.base.replace("127.0.0.1", "nobody.invalid")
    issuer.issue("", issuer=there, jwks_uri=there + KEYS)
    await discover_key_set(there)
    assert issuer.hosts == [there.removeprefix("http://")] * 2


@pytest.fixture
def proxied(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """An issuer that is a proxy as well: it is asked for whole URLs."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, issuer.base)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return issuer


async def test_a_proxy_is_asked_where_the_environment_names_one(proxied: Issuer) -> None:
    there = "http://id.example"
    proxied.answers[there + CONFIGURATION] = {"issuer": there, "jwks_uri": there + KEYS}
    proxied.answers[there + KEYS] = {"keys": []}
    await discover_key_set(there)
    await discover_key_set(proxied.base)
    assert proxied.asked == [there + CONFIGURATION, there + KEYS, CONFIGURATION, KEYS]


async def test_a_proxy_is_asked_for_no_address_that_is_not_allowed(proxied: Issuer) -> None:
    with pytest.raises(ProviderFault, match=r"10\.0\.0\.1 is at no address of the public internet"):
        await fetch_key_set("http://10.0.0.1/keys", public=True)
    assert proxied.asked == []


@pytest.mark.parametrize("url", ["http://[::1", f"http://{'a' * 64}.example/", "http://a..b/"])
async def test_a_url_that_leads_nowhere_is_a_fault(url: str) -> None:
    with pytest.raises(ProviderFault):
        await fetch_key_set(url)
