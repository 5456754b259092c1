"""Origins: whose pages may call the service from a browser, over HTTP and over Socket.IO.

The browser says of which origin a page is (RFC 6454); other programs may claim any.
"""

import re
from dataclasses import dataclass

_LOOPBACK = re.compile(
    r"https?://(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?"
)


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins that may call beside the service's own: those listed, of which `*` is any, and
    where it is so those of the same machine."""

    listed: frozenset[str] = frozenset()
    with_loopback: bool = False

    def allow(self, origin: str) -> bool:
        return (
            origin in self.listed
            or "*" in self.listed
            or (self.with_loopback and _LOOPBACK.fullmatch(origin) is not None)
        )
