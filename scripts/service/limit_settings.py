"""The types of the settings that limit: rates, and the networks of trusted proxies."""

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
    """Whoever connects over a socket of the file system, or a network; one of version 4 that is
    written as version 6 is what it stands for, as the addresses are that are looked for in it."""
    if text.removesuffix(":") == UNIX_SOCKET:
        return UNIX_SOCKET
    network: Network = ip_network(text)
    for written in IN_VERSION_6:
        if isinstance(network, IPv6Network) and network.subnet_of(written):
            start = int(network.network_address) & 0xFFFF_FFFF
            return IPv4Network((start, network.prefixlen - written.prefixlen))
    return network


def _networks(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return tuple(_trusted(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses, networks or unix, as in 10.0.0.0/8, fd00::1") from None


RateSetting: TypeAlias = Annotated[Rate | None, BeforeValidator(_rate)]
"""`50/second`, or `off`."""

NetworksSetting: TypeAlias = Annotated[tuple[Trusted, ...], BeforeValidator(_networks)]
"""Addresses and networks, and `unix`, comma-separated."""
