"""Discovery: from an issuer to its keys, and what an issuer may not make us do."""

import gzip
from typing import Any

import pytest

from tests.support.issuer import CONFIGURATION, KEYS, Issuer, fault
from transport.auth import provider
from transport.auth.discovery import discover_key_set, fetch_key_set


@pytest.mark.parametrize("path", ["", "/", "/realms/acme", "/realms/acme/", "/a%20b"])
async def test_the_keys_of_an_issuer_are_found(issuer: Issuer, secure: Issuer, path: str) -> None:
    for each in (issuer, secure):
        keys = await discover_key_set(each.issue(path))
        assert keys.find("RS256", "r") is not None
        assert each.asked == [path.rstrip("/") + CONFIGURATION, KEYS]


@pytest.mark.parametrize("named", ["/", "/other", "x", None, 7])
async def test_the_configuration_must_be_that_of_the_issuer(issuer: Issuer, named: Any) -> None:
    is_text = isinstance(named, str)
    issuer.issue("", issuer=issuer.base + named if is_text else named)
    message = await fault(issuer.base)
    assert ("must be equal" in message) is is_text
    assert issuer.asked == [CONFIGURATION]


async def test_an_issuer_of_many_tenants_is_told_how_to_name_them(issuer: Issuer) -> None:
    issuer.issue("/common/v2.0", issuer="https://login.microsoftonline.com/{tenantid}/v2.0")
    assert "those of the tenants" in await fault(f"{issuer.base}/common/v2.0")


NO_CONFIGURATION = {
    "not there": (404, "X-Nothing", "here"),
    "an error": (500, "X-Trouble", "yes"),
    "no content": (204, "X-Nothing", "here"),
    "a redirect": (302, "Location", "/elsewhere"),
    "no JSON": b"<html>",
    "a list": [],
    "nested beyond reason": b"[" * 100_000,
    "no key set": {"issuer": ...},
    "a list of key sets": {"issuer": ..., "jwks_uri": ["https://issuer.example/keys"]},
    "a relative key set": {"issuer": ..., "jwks_uri": "/keys"},
    "a key set in a file": {"issuer": ..., "jwks_uri": "file:///etc/passwd"},
    "a key set without a host": {"issuer": ..., "jwks_uri": "https:///keys"},
    "a key set that is no URL": {"issuer": ..., "jwks_uri": "https://[::1/keys"},
    "a key set with a password": {"issuer": ..., "jwks_uri": "https://a:b@issuer.example/keys"},
}


@pytest.mark.parametrize("answer", NO_CONFIGURATION.values(), ids=NO_CONFIGURATION)
async def test_a_configuration_that_is_none_is_a_fault(issuer: Issuer, answer: Any) -> None:
    if isinstance(answer, dict):
        answer = {**answer, "issuer": issuer.base}
    issuer.answers[CONFIGURATION] = answer
    assert "\n" not in await fault(issuer.base)
    assert issuer.asked == [CONFIGURATION]


NO_KEYS = {
    "not there": (404, "X-Nothing", "here"),
    "a redirect": (307, "Location", "/keys2"),
    "another encoding": (200, "Content-Encoding", "gzip"),
    "compressed": gzip.compress(b'{"keys": []}'),
    "no JSON": b"{",
    "no list": {"keys": {}},
}


@pytest.mark.parametrize("answer", NO_KEYS.values(), ids=NO_KEYS)
async def test_a_key_set_that_is_none_is_a_fault(issuer: Issuer, answer: Any) -> None:
    issuer.answers[KEYS] = answer
    await fault(issuer.base)
    assert issuer.asked == [CONFIGURATION, KEYS]


async def test_an_issuer_over_https_has_its_keys_there(secure: Issuer, issuer: Issuer) -> None:
    secure.issue("", jwks_uri=f"{issuer.base}{KEYS}")
    assert "is not an https URL" in await fault(secure.base)
    assert issuer.asked == []
    issuer.issue("", jwks_uri=f"{secure.base}{KEYS}")
    await discover_key_set(issuer.base)


async def test_an_issuer_in_the_public_internet_cannot_make_us_ask_our_own_network(
    secure: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as a test can have an issuer there: one address of loopback stands for it."""
    monkeypatch.setattr(provider, "is_public", lambda address: address == "127.0.0.1")
    await discover_key_set(secure.base)
    secure.asked.clear()
    for host in ("127.0.0.2", "[::1]", "127.2"):
        secure.issue("", jwks_uri=f"https://{host}:{secure.base.rpartition(':')[2]}{KEYS}")
        assert "at no address of the public internet" in await fault(secure.base)
    assert set(secure.asked) == {CONFIGURATION}


async def test_plain_http_is_not_spoken_to_an_issuer_in_the_public_internet(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "is_public", lambda address: True)
    assert "only https is spoken" in await fault(issuer.base)
    assert issuer.asked == []
    await fetch_key_set(f"{issuer.base}{KEYS}")  # where somebody has configured just that
