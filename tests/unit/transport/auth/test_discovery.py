"""Discovery: from an issuer to its keys, and what an issuer may not make us do."""

import gzip
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.issuer import CONFIGURATION, KEYS, Issuer, running_issuer
from tests.support.tls import tls_contexts
from transport.auth import provider
from transport.auth.discovery import discover_key_set, fetch_key_set
from transport.auth.provider import is_public
from transport.errors import ProviderFault


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return tls_contexts(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer over http, in one's own network."""
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def secure(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Issuer]:
    """An issuer over https, whose certificate is known."""
    monkeypatch.setattr(provider, "_tls", lambda: contexts[1])
    with running_issuer(contexts[0]) as issuer:
        yield issuer


async def fault(issuer: str) -> str:
    with pytest.raises(ProviderFault) as error:
        await discover_key_set(issuer)
    return str(error.value)


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


async def test_an_issuer_over_https_has_its_keys_there(secure: Issuer, issuer: Issuer) -> None:
    secure.issue("", jwks_uri=f"{issuer.base}{KEYS}")
    assert "is not an https URL" in await fault(secure.base)
    assert issuer.asked == []
    issuer.issue("", jwks_uri=f"{secure.base}{KEYS}")
    await discover_key_set(issuer.base)


async def test_a_certificate_that_is_not_known_is_a_fault(
    secure: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "_tls", ssl.create_default_context)
    assert "certificate" in await fault(secure.base)


async def test_a_certificate_of_another_name_is_a_fault(secure: Issuer) -> None:
    assert "127.0.0.1" in await fault(secure.base.replace("localhost", "127.0.0.1"))


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


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:169.254.169.254", False),
    ],
)
def test_the_public_internet_is_what_is_nobodys_own(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_a_provider_that_is_not_there_is_a_fault_that_names_its_host_alone() -> None:
    with pytest.raises(ProviderFault) as error:
        await fetch_key_set("http://127.0.0.1:9/keys?canary=1")
    assert "127.0.0.1 cannot be reached" in str(error.value)
    assert "canary" not in str(error.value)
    assert "cannot be reached" in await fault("https://nobody.invalid")


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
