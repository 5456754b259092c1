"""The service's own origins: a page of the host that a request was sent to, wherever TLS ends."""

import pytest
from multidict import CIMultiDict

from transport.auth.own_origins import is_own

HTTPS, HTTP = "https://kanal.example", "http://kanal.example"
FORWARDED_HTTPS = [
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Proto", "wss"),
    ("X-Forwarded-Proto", "HTTPS, http"),
    ("Forwarded", "for=198.51.100.7;proto=https"),
    ("Forwarded", 'For="198.51.100.7";Proto="WSS", for=10.0.0.1;proto=http'),
]


def own(origin: str, *more: tuple[str, str], host: str = "kanal.example", trusted: bool) -> bool:
    return is_own(origin, CIMultiDict([("Host", host), *more]), from_trusted_proxy=trusted)


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("header", [("X-Other", "1"), *FORWARDED_HTTPS])
def test_a_page_of_https_is_our_own_behind_tls_whatever_a_proxy_says(
    header: tuple[str, str], trusted: bool
) -> None:
    assert own(HTTPS, header, trusted=trusted)
    assert not own("https://elsewhere.example", header, trusted=trusted)


@pytest.mark.parametrize("header", FORWARDED_HTTPS)
def test_a_page_of_http_is_not_where_a_trusted_proxy_was_asked_by_https(
    header: tuple[str, str],
) -> None:
    assert not own(HTTP, header, trusted=True)
    assert own(HTTP, header, trusted=False)
    assert own(HTTP, ("X-Forwarded-Proto", "http"), trusted=True)
    assert own(HTTP, ("X-Forwarded-Proto", "ws"), ("Forwarded", "proto"), trusted=True)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (HTTPS, "kanal.example:443"),
        (HTTP, "kanal.example:80"),
        (HTTPS, "Kanal.Example"),
        ("https://kanal.example:8443", "kanal.example:8443"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_port_that_the_scheme_implies_may_be_named(origin: str, host: str) -> None:
    assert own(origin, host=host, trusted=False)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (HTTPS, "kanal.example:80"),
        (HTTPS, "kanal.example:8443"),
        ("https://kanal.example:8443", "kanal.example"),
        ("https://kanal.example.evil.example", "kanal.example"),
        ("https://evil.example#kanal.example", "kanal.example"),
        ("https://kanal.example, https://evil.example", "kanal.example"),
        ("wss://kanal.example", "kanal.example"),
        ("kanal.example", "kanal.example"),
        ("null", "null"),
        ("https://", ""),
    ],
)
def test_nothing_else_is(origin: str, host: str) -> None:
    assert not own(origin, host=host, trusted=True)


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Forwarded-Host", "kanal.example")],
        [("X-Forwarded-Host", "evil.example, kanal.example")],
        [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Host", "kanal.example")],
        [("Forwarded", 'for=1.2.3.4;host="evil.example", host=kanal.example')],
        [("Forwarded", 'host="kanal.example"'), ("X-Forwarded-Host", "kanal.example")],
    ],
)
def test_a_host_counts_as_the_trusted_proxy_itself_has_written_it(
    headers: list[tuple[str, str]],
) -> None:
    assert own(HTTPS, *headers, host="10.0.0.2:8000", trusted=True)
    assert not own("https://evil.example", *headers, host="10.0.0.2:8000", trusted=True)
    assert not own(HTTPS, *headers, host="10.0.0.2:8000", trusted=False)


def test_where_the_two_headers_disagree_neither_host_counts() -> None:
    headers = [("X-Forwarded-Host", "kanal.example"), ("Forwarded", "host=evil.example")]
    for origin in (HTTPS, "https://evil.example"):
        assert not own(origin, *headers, host="10.0.0.2:8000", trusted=True)
    assert own(HTTPS, *headers, trusted=True)
