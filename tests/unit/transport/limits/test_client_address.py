"""The client's address: what the headers of proxies may say of it, and what they may not."""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from transport.limits.client_address import UNIX_SOCKET, ClientAddresses

TRUSTED = ClientAddresses([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
NOBODY_TRUSTED = ClientAddresses()
PROXY, CLIENT, FORGED = "10.0.0.1", "198.51.100.7", "203.0.113.9"


def request(peer: str | None, *headers: tuple[str, str]) -> Any:
    class Headers(CIMultiDict[str]):
        pass

    peername = None if peer is None else (peer, 4_711)
    transport = SimpleNamespace(get_extra_info=lambda _: peername)
    return cast(Any, SimpleNamespace(transport=transport, headers=Headers(headers)))


def forwarded_for(*values: str) -> list[tuple[str, str]]:
    return [("X-Forwarded-For", value) for value in values]


def forwarded(*values: str) -> list[tuple[str, str]]:
    return [("Forwarded", value) for value in values]


@pytest.mark.parametrize("headers", [forwarded_for(FORGED), forwarded(f"for={FORGED}"), []])
def test_headers_of_one_who_is_no_trusted_proxy_say_nothing(headers: list[Any]) -> None:
    assert TRUSTED.of(request(CLIENT, *headers)) == CLIENT
    assert NOBODY_TRUSTED.of(request(PROXY, *headers)) == PROXY
    assert not TRUSTED.trusts_peer(request(CLIENT, *headers))


@pytest.mark.parametrize(
    "headers",
    [
        forwarded_for(CLIENT),
        forwarded_for(f"{FORGED}, {CLIENT}"),
        forwarded_for(FORGED, CLIENT),
        forwarded_for(f"{FORGED}, 10.9.9.9, {CLIENT}, 10.1.1.1,10.2.2.2"),
        forwarded_for(f"{CLIENT}:55123"),
        forwarded_for(f"unknown, {CLIENT}"),
        forwarded_for(f"::ffff:{CLIENT}"),
        forwarded(f"for={CLIENT}"),
        forwarded(f'For="{CLIENT}:80";proto=https;by=10.0.0.1'),
        forwarded(f"for={FORGED}, proto=http;for={CLIENT}"),
        forwarded(f"for={FORGED}", f"for={CLIENT}, for=10.1.1.1"),
        forwarded(f'for={FORGED};host="a,for=1.1.1.1", for={CLIENT}'),
        forwarded(f'for={CLIENT};host="a;for={FORGED}"'),
        forwarded(f'for={FORGED};host="\\";for=10.3.3.3;\\"" , ,for="{CLIENT}";;, , for=10.1.1.1,'),
        forwarded('for="', f"for={CLIENT}"),
        forwarded('a="' + "x" * 8_000, f"for={CLIENT}"),
        forwarded(f"for={CLIENT}:55123"),
        forwarded(f'for="[64:ff9b::{CLIENT}]:443"'),
        [*forwarded(f"for={CLIENT}"), *forwarded_for(CLIENT)],
    ],
)
def test_it_is_the_right_most_that_is_no_trusted_proxy(headers: list[Any]) -> None:
    assert TRUSTED.of(request(PROXY, *headers)) == CLIENT


@pytest.mark.parametrize(
    "headers",
    [
        [],
        forwarded_for(""),
        forwarded_for(f"{CLIENT}, unknown"),
        forwarded_for(f"{CLIENT}, 999.1.1.1"),
        forwarded(f"for={CLIENT}, for=_hidden"),
        forwarded(f"for={CLIENT}, proto=http"),
        forwarded('for="'),
        forwarded(f'for="", for="{CLIENT}'),
        forwarded(f'for={FORGED};a="' + '\\"' * 4_000),
        forwarded(f"for={FORGED};for={CLIENT}"),
        forwarded(f"for={FORGED} for={CLIENT}"),
        [*forwarded(f"for={FORGED}"), *forwarded_for(CLIENT)],
    ],
)
def test_it_is_the_proxy_where_the_proxy_does_not_tell(headers: list[Any]) -> None:
    assert TRUSTED.of(request(PROXY, *headers)) == PROXY


def test_an_address_of_version_6_counts_with_all_of_its_subnet() -> None:
    ours, theirs = "2001:db8:1:2:aaaa::1", "2001:db8:1:3::1"
    addresses = [
        TRUSTED.limited(request("fd00::1", *forwarded(f'for="[{address}]:443"')))
        for address in (ours, "2001:db8:1:2:bbbb::2", theirs)
    ]
    assert addresses == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64"]


@pytest.mark.parametrize("written", ["::ffff:", "64:ff9b::"])
def test_an_address_of_version_4_counts_as_itself_however_it_is_written(written: str) -> None:
    assert TRUSTED.limited(request(written + CLIENT)) == CLIENT
    assert TRUSTED.of(request(written + PROXY, *forwarded_for(CLIENT))) == CLIENT


def test_a_connection_without_an_address_counts_as_one() -> None:
    assert TRUSTED.limited(request(None)) == ""


@pytest.mark.parametrize("peername", ["", b"", "/run/nginx.sock", b"\0abstract"])
def test_whoever_connects_over_a_socket_of_the_file_system_is_trusted_by_a_name(
    peername: str | bytes,
) -> None:
    asked = request(None, *forwarded_for(f"{FORGED}, {CLIENT}"))
    asked.transport.get_extra_info = lambda _: peername
    assert ClientAddresses([UNIX_SOCKET]).of(asked) == CLIENT
    assert TRUSTED.of(asked) == NOBODY_TRUSTED.limited(asked) == "unix"


def test_a_connection_that_has_ended_is_nobody_trusted() -> None:
    assert ClientAddresses([UNIX_SOCKET]).of(request(None, *forwarded_for(FORGED))) == ""
