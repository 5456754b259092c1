"""The client's address: who sent a request, by the connection and by the proxies that are trusted.

A proxy adds the address that it was asked from at the right of `X-Forwarded-For`, or of `Forwarded`
(RFC 7239). What stands to the left of it the client may have written itself. So the addresses are
gone through from the right, as long as the one that says so is a trusted proxy.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, Literal, TypeAlias

from sanic.request import Request

from transport.limits.forwarded import read_forwarded
from transport.public_addresses import IN_VERSION_6, Network

UNIX_SOCKET: Final = "unix"
"""Stands for the address of whoever connects over a socket of the file system, and has none."""

Trusted: TypeAlias = Network | Literal["unix"]

MAX_HOPS = 16
"""Proxies that are believed, one after the other."""


class ClientAddresses:
    """Finds the client's address of a request, behind proxies that are trusted."""

    def __init__(self, trusted: Sequence[Trusted] = ()) -> None:
        self._trusted = tuple(trusted)
        self._networks = [each for each in trusted if each != UNIX_SOCKET]
        self._trusts = lru_cache(4_096)(self._is_trusted)

    def trusts_peer(self, request: Request) -> bool:
        """Whether what sent the request is a trusted proxy, whose headers are believed."""
        return bool(self._trusted) and self._trusts(_peer(request))

    def limited(self, request: Request) -> str:
        """What an address limit counts by: an IPv4 address, or the /64 of an IPv6 one, which is the
        least that a subscriber is given (RFC 6177)."""
        return _limited(self.of(request))

    def of(self, request: Request) -> str:
        """The right-most address that is no trusted proxy's, as text; as far as the proxies tell.

        Where a request has both headers, and they disagree, neither is believed: a proxy writes one
        of them and passes on what a client has put into the other.
        """
        peer = _peer(request)
        if not self.trusts_peer(request):
            return peer
        found = {
            self._first_untrusted(
                peer, [hop for line in request.headers.getall(name) for hop in read(line)]
            )
            for name, read in _HEADERS.items()
            if name in request.headers
        }
        return found.pop() if len(found) == 1 else peer

    def _first_untrusted(self, peer: str, hops: Sequence[str | None]) -> str:
        address = peer
        for hop in hops[::-1][:MAX_HOPS]:
            if hop is None:  # the proxy does not know, or does not tell
                return address
            address = hop
            if not self._trusts(address):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        if address == UNIX_SOCKET:
            return UNIX_SOCKET in self._trusted
        try:
            parsed = _parsed(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _peer(request: Request) -> str:
    """The address of the connection, as the kernel has it; empty where it has ended."""
    # Not `request.remote_addr`, nor `request.ip`: what Sanic makes of headers is not asked.
    peername = request.transport.get_extra_info("peername") if request.transport else None
    if isinstance(peername, tuple):
        return str(peername[0])
    return UNIX_SOCKET if isinstance(peername, str | bytes) else ""


def _forwarded_for(text: str) -> list[str | None]:
    """The addresses of `X-Forwarded-For`, left to right; None for what is none."""
    return [_address(part.strip()) for part in text.split(",")]


def _forwarded(text: str) -> list[str | None]:
    """The addresses of `Forwarded`, left to right; None for what is none."""
    elements = read_forwarded(text)
    return [None] if elements is None else [_address(part.get("for", "")) for part in elements]


def _address(node: str) -> str | None:
    """The address of a node: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`."""
    bracketed = _BRACKETED.fullmatch(node)
    if bracketed is not None:
        node = bracketed[1]
    elif node.count(":") == 1:
        node = node.partition(":")[0]
    try:
        return str(_parsed(node))
    except ValueError:
        return None


def _parsed(address: str) -> IPv4Address | IPv6Address:
    """An address; one of version 4 that is written as version 6 is what it stands for: mapped
    (RFC 4291, 2.5.5.2), or translated (RFC 6052, 2.1). Raises ValueError."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and any(parsed in network for network in IN_VERSION_6):
        return IPv4Address(int(parsed) & 0xFFFF_FFFF)
    return parsed


@lru_cache(4_096)
def _limited(address: str) -> str:
    try:
        parsed = _parsed(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


_HEADERS = {"forwarded": _forwarded, "x-forwarded-for": _forwarded_for}
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?")
