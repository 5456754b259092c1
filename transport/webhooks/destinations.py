"""Destinations: where a webhook may be sent to. A URL is held against this when it is registered,
and its host at each connection, which then goes to the very address that was checked.

Allowed is what is in the public internet, or in a network that the service's settings name. All
addresses of a name must be: one that leads to a private one as well is meant for that.
"""

import asyncio
from collections.abc import Sequence

import httpx

from domain.errors import Invalid
from transport.name_lookup import NameLookup
from transport.public_addresses import Network, is_public, read_address

LOOKUP_TIMEOUT = 5.0
"""Seconds until a name that is looked up counts as unknown."""


class NotAllowed(Exception):
    """A destination that nothing is sent to. The message does not say where its name leads."""


class Destinations:
    """Decides over them."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        """`networks` are allowed beside the public internet."""
        self._networks = tuple(networks)
        self._lookup = NameLookup()

    async def check(self, url: str) -> None:
        """Check a URL that is to be registered. Raises Invalid, which says what is wrong."""
        try:
            parsed = parse(url)
            await self.addresses(parsed.raw_host.decode(), port_of(parsed), scheme=parsed.scheme)
        except NotAllowed as error:
            raise Invalid(f"url {error}") from None
        except (OSError, UnicodeError):
            raise Invalid("url names a host that is not known") from None

    async def addresses(self, host: str, port: int, *, scheme: str) -> list[str]:
        """The addresses of a host, all of them allowed, in the order in which to try them. Raises
        NotAllowed, OSError, UnicodeError."""
        async with asyncio.timeout(LOOKUP_TIMEOUT):
            found = await self._lookup.addresses(host, port)
        opened = [self._is_opened(each) for each in found]
        if not all(
            is_opened or is_public(each) for is_opened, each in zip(opened, found, strict=True)
        ):
            raise NotAllowed("is at an address that is not one of the public internet")
        if scheme != "https" and not all(opened):
            raise NotAllowed("is in the public internet, where only https is spoken")
        return found

    def _is_opened(self, address: str) -> bool:
        """Whether an address is in a network of the settings, as it is written or as what it stands
        for."""
        plain = read_address(address)
        return any(plain in network for network in self._networks)


def parse(url: str) -> httpx.URL:
    """A URL as what connects reads it. Raises NotAllowed."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise NotAllowed("cannot be read") from None
    if parsed.scheme not in ("http", "https") or not parsed.raw_host:
        raise NotAllowed("must begin with https:// and a host")
    if parsed.userinfo:
        raise NotAllowed("must not contain a user or a password: what is sent is signed")
    if parsed.fragment:
        raise NotAllowed("must not have a fragment, which is never sent")
    return parsed


def port_of(url: httpx.URL) -> int:
    """The port of a URL, of http or https."""
    return url.port or (443 if url.scheme == "https" else 80)
