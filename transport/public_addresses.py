"""Public addresses: those of the public internet, and not of this machine, of its network or of
something that only they reach. Whoever connects to what others have named asks here first.

What is not known to be public is not. `is_global` of the standard library knows the registries as
its release of Python does, and takes whatever stands in none of them for public: of version 6 that
is most of the space, and all of what carries an address of version 4 (seen with Python 3.11.7).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

IN_VERSION_6 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""Where addresses of version 4 are written as ones of version 6, in their last four bytes: mapped
(RFC 4291, 2.5.5.2), or translated (RFC 6052, 2.1)."""

_GIVEN_OUT = IPv6Network("2000::/3")
"""The only unicast addresses of version 6 that IANA gives to anybody."""

_REFUSED: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; a cloud's metadata is at 192.0.0.192
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, which are no more
    IPv4Network("168.63.129.16/32"),  # public by its number, and each Azure machine's own host
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def read_address(text: str) -> Address:
    """An address, as one of version 4 where it stands for that. Raises ValueError."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if any(address in network for network in IN_VERSION_6):
            return IPv4Address(int(address) & 0xFFFF_FFFF)
        return address.sixtofour or address
    return address


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet. Raises ValueError."""
    address = read_address(text)
    if isinstance(address, IPv6Address) and address not in _GIVEN_OUT:
        return False
    is_refused = any(address in network for network in _REFUSED)
    return address.is_global and not address.is_multicast and not is_refused
