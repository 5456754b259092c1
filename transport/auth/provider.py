"""Requests to identity providers: bounded in time and size, without redirects, and only to
addresses that the caller allows."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.request import getproxies, proxy_bypass

import httpx

from transport.errors import ProviderFault
from transport.name_lookup import NameLookup
from transport.public_addresses import is_public

TIMEOUT = 5.0
"""Seconds for a request, from its name's resolution to the last byte."""

CONNECT_TIMEOUT = 2.0
"""Seconds of those for each address of the name, so that a dead one leaves time for another."""

MAX_BODY = 4 * 2**20
"""Bytes; a thousand keys with their certificates."""

_NOT_PUBLIC = "is at no address of the public internet, as its issuer is"
_PUBLIC = "is in the public internet, where only https is spoken"

_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kanal"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider has answered, and whether from an address of the public internet."""

    body: bytes
    is_public: bool
    date: str | None
    """The time by its clock (RFC 9110, 6.6.1), where it says that."""


async def fetch(url: str, *, public: bool | None = None) -> Answer:
    """The body of a URL, http or https. With `public` only from an address of the public internet
    or, if False, only from one that is not. Raises ProviderFault."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise ProviderFault("the URL cannot be read") from None
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _fetch(parsed, public)
    except TimeoutError:
        raise ProviderFault(f"{parsed.host} has not answered in {TIMEOUT:g} seconds") from None
    except (httpx.HTTPError, OSError, UnicodeError) as error:
        raise ProviderFault(f"{parsed.host} cannot be reached: {_reason(error)}") from None


async def _fetch(url: httpx.URL, public: bool | None) -> Answer:
    proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
    timeout = httpx.Timeout(TIMEOUT, connect=CONNECT_TIMEOUT)
    client = httpx.AsyncClient(
        headers=_HEADERS, verify=_tls(), trust_env=False, timeout=timeout, proxy=proxy
    )
    async with client:
        if proxy is not None:
            # The proxy resolves names, so only an address that stands in the URL can be checked.
            with suppress(ValueError):
                if public and not is_public(url.host):
                    raise ProviderFault(f"{url.host} {_NOT_PUBLIC}")
            return await _answer(client, url, url, is_public=True)
        found = await _addresses(url)
        allowed = [each for each in found if public is None or is_public(each) is public]
        if not allowed:
            raise ProviderFault(f"{url.host} {_NOT_PUBLIC if public else _PUBLIC}")

        async def ask(address: str) -> Answer:
            # At the address that was checked: the name might lead elsewhere by now.
            at = url.copy_with(host=address)
            return await _answer(client, url, at, is_public=is_public(address))

        *others, last = allowed
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await ask(address)
        return await ask(last)


async def _answer(
    client: httpx.AsyncClient, url: httpx.URL, at: httpx.URL, *, is_public: bool
) -> Answer:
    """What `url` answers from the address in `at`. Raises ProviderFault, HTTPError."""
    host = url.netloc.decode()
    request = client.build_request("GET", at, headers={"Host": host})
    if at.host != url.host:
        request.extensions["sni_hostname"] = url.raw_host.decode()
    response = await client.send(request, stream=True)
    try:
        if response.is_redirect:
            raise ProviderFault(f"{url.host} answers with a redirect, which is not followed")
        if response.status_code != httpx.codes.OK:
            raise ProviderFault(f"{url.host} answers with the status {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise ProviderFault(f"{url.host} answers in an encoding that was not asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_BODY:
                raise ProviderFault(f"{url.host} answers with more than {MAX_BODY} bytes")
        return Answer(bytes(body), is_public, response.headers.get("Date"))
    finally:
        await response.aclose()


async def _addresses(url: httpx.URL) -> list[str]:
    """The addresses of the URL's host, in the order to try them. Raises OSError."""
    # A lookup that was given up keeps its thread for a while, and nobody asks often.
    return await NameLookup().addresses(url.host, url.port)


@cache
def _tls() -> ssl.SSLContext:
    """The certificates of the machine, or of SSL_CERT_FILE; to read them takes a while."""
    return ssl.create_default_context()


def _reason(error: Exception) -> str:
    """Why, without the URL that some messages quote."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, httpx.ConnectError) else type(error).__name__
