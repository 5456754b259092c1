"""The service's own origins: whether a page is of the host that its request was sent to.

A browser says of which origin a page is, and by the `Host` header where it sends the request. By
which scheme it does, Kanal cannot see where TLS ends before it. It need not: browsers let no page
of https send a request by http (https://www.w3.org/TR/mixed-content/), so such a page of our host
has sent it by https. A page of http is of another origin where TLS is in use, which a proxy says.
"""

import re
from collections.abc import Iterator

from multidict import MultiMapping
from sanic.request import Request

from transport.limits.forwarded import Element, read_forwarded

_ORIGIN = re.compile(r"(https?)://([^/?#@\s]+)")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_SECURE = ("https", "wss")
"""Some proxies name the scheme of a WebSocket's URL (RFC 6455, 3)."""


def is_own(
    origin: str, headers: MultiMapping[str], *, from_trusted_proxy: bool, over_tls: bool = False
) -> bool:
    """Whether an origin is the service's own, by the headers of the request that it came with.

    `over_tls`: TLS ends in this service, and not before it. What `X-Forwarded-Host`,
    `X-Forwarded-Proto` and `Forwarded` (RFC 7239) say counts only where the request came from a
    trusted proxy.
    """
    page = _ORIGIN.fullmatch(origin.lower())
    if page is None:
        return False
    scheme, host = page.groups()
    if scheme == "http" and over_tls:
        return False
    hosts = {headers.get("Host", "")}
    if from_trusted_proxy:
        if scheme == "http" and any(each in _SECURE for each in _schemes(headers)):
            return False
        hosts |= _told_hosts(headers)
    port = _DEFAULT_PORTS[scheme]
    return host.removesuffix(port) in {each.lower().removesuffix(port) for each in hosts}


def is_over_tls(request: Request) -> bool:
    """Whether a request came over TLS that ends in this service."""
    transport = request.transport
    return transport is not None and transport.get_extra_info("ssl_object") is not None


def _schemes(headers: MultiMapping[str]) -> Iterator[str]:
    """The schemes that the proxies were asked by. Nobody gains by having written one: https, from
    wherever, keeps pages of http out and lets none in."""
    for element in _forwarded(headers):
        yield element.get("proto", "").lower()
    for each in _values(headers, "X-Forwarded-Proto"):
        yield each.lower()


def _told_hosts(headers: MultiMapping[str]) -> set[str]:
    """The host that the proxy was asked for: what it has written stands last. Empty where the two
    headers disagree, since it writes one of them and passes on what a client has put in the other.
    """
    told = {each[-1] for each in (_values(headers, "X-Forwarded-Host"),) if each}
    told |= {element["host"] for element in _forwarded(headers)[-1:] if "host" in element}
    return told if len(told) == 1 else set()


def _values(headers: MultiMapping[str], name: str) -> list[str]:
    values = [value.strip() for line in headers.getall(name, []) for value in line.split(",")]
    return [value for value in values if value]


def _forwarded(headers: MultiMapping[str]) -> list[Element]:
    lines = headers.getall("Forwarded", [])
    return [element for line in lines for element in read_forwarded(line) or []]
