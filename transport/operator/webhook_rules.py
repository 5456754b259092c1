"""The rules for what an operator registers as a webhook: where it may lead, and what it is told."""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from domain.errors import Invalid
from domain.identifiers import checked_id
from projections.feed.reader import TYPES
from transport.schemas.webhooks import MAX_URL_LENGTH, MAX_WORKSPACES


class AllowedUrls(Protocol):
    """Knows to which URLs webhooks may be sent."""

    async def check(self, url: str) -> None:
        """Raises Invalid where nothing is sent to a URL, by its form or by where its name leads."""
        ...


async def checked_url(url: str, allowed: AllowedUrls) -> str:
    """`url` itself, if webhooks may be sent there. Raises Invalid, which does not quote it."""
    if len(url) > MAX_URL_LENGTH:
        raise Invalid(f"url must be at most {MAX_URL_LENGTH:,} characters")
    try:
        # httpx takes any number for a port, and the system what is left of it modulo 65,536.
        has_port = urlsplit(url).port != 0
    except ValueError:
        has_port = False
    if not has_port:
        raise Invalid("url must name a host, and a port from 1 to 65,535 or none")
    await allowed.check(url)
    return url


def checked_workspaces(ids: Sequence[str] | None) -> tuple[str, ...] | None:
    """Each once, if a webhook may name them; None for all. Raises Invalid."""
    if ids is None:
        return None
    if not 1 <= len(ids) <= MAX_WORKSPACES:
        raise Invalid(f"workspaces must be 1 to {MAX_WORKSPACES:,}, or null for all")
    return tuple(dict.fromkeys(checked_id("each of workspaces", each) for each in ids))


def checked_types(types: Sequence[str] | None) -> tuple[str, ...] | None:
    """Each once, if they are types of public events; None for all. Raises Invalid."""
    if types is None:
        return None
    if not types or not set(types) <= set(TYPES):
        raise Invalid(f"types must be some of {', '.join(TYPES)}, or null for all")
    return tuple(dict.fromkeys(types))
