"""Origins: whose pages may call the service from a browser, over HTTP and over Socket.IO.

The browser says of which origin a page is (RFC 6454); other programs may claim any.
"""

import logging
import re
from dataclasses import dataclass

from transport.errors import ForeignOrigin, sayable

logger = logging.getLogger(__name__)

_LOOPBACK = re.compile(
    r"https?://(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?"
)


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins that may call beside the service's own: those listed (`*` stands for any), and
    with `with_loopback` those of loopback addresses."""

    listed: frozenset[str] = frozenset()
    with_loopback: bool = False

    def require(self, origin: str, host: str | None) -> None:
        """Refuse a request of a page that may not call. Raises ForeignOrigin.

        The browser shows the page's developer a CORS error without a reason, so it is also logged:
        the origin, with the setting that would allow it, and the host that the request was for,
        which tells whoever runs a proxy before the service whether it passes on what it should.
        """
        if self.allow(origin):
            return
        why = "their origin is neither the service's own nor in KANAL_CORS_ORIGINS"
        message = f"pages of {sayable(origin)!r} may not call: {why}"
        asked = "no host" if host is None else f"the host {sayable(host)!r}"
        logger.info("refused a request: %s; it was for %s", message, asked)
        raise ForeignOrigin(message)

    def allow(self, origin: str) -> bool:
        return (
            origin in self.listed
            or "*" in self.listed
            or (self.with_loopback and _LOOPBACK.fullmatch(origin) is not None)
        )
