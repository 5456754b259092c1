"""The types of the settings that limit: rates, the networks of trusted proxies, and those to which
webhooks may be sent."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from transport.limits.client_address import UNIX_SOCKET, Trusted
from transport.limits.rate import Rate
from transport.public_addresses import IN_VERSION_6, Network


def _rate(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return None if value.strip().lower() == "off" else Rate.parse(value.strip())


def _trusted(text: str) -> Trusted:
    """Whoever connects over a socket of the file system, or a network."""
    return UNIX_SOCKET if text.removesuffix(":") == UNIX_SOCKET else _network(text)


def _network(text: str) -> Network:
    """A network; one of version 4 that is written as version 6 is what it stands for, as the
    addresses are that are looked for in it."""
    network: Network = ip_network(text)
    for written in IN_VERSION_6:
        if isinstance(network, IPv6Network) and network.subnet_of(written):
            start = int(network.network_address) & 0xFFFF_FFFF
            return IPv4Network((start, network.prefixlen - written.prefixlen))
    return network


def _list_of(parse: Callable[[str], Trusted], what: str) -> BeforeValidator:
    """Parses what stands between commas; `what` says for the error what that must be."""

    def parts(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(parse(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError(f"must be {what}, as in 10.0.0.0/8, fd00::1") from None

    return BeforeValidator(parts)


RateSetting: TypeAlias = Annotated[Rate | None, BeforeValidator(_rate)]
"""`50/second`, or `off`."""

TrustedSetting: TypeAlias = Annotated[
    tuple[Trusted, ...], _list_of(_trusted, "addresses, networks or unix")
]
"""Addresses and networks, and `unix`, comma-separated."""

NetworksSetting: TypeAlias = Annotated[
    tuple[Network, ...], _list_of(_network, "addresses or networks")
]
"""Addresses and networks, comma-separated."""
