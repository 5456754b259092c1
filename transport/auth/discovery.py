"""Where an issuer's keys are: at a URL that is configured, or at the one that its OpenID
configuration names (OpenID Connect Discovery 1.0)."""

import asyncio
import json

import httpx

from transport.auth.key_set import KeySet, read_key_set
from transport.auth.provider import fetch
from transport.errors import ProviderFault

_CONFIGURATION = "/.well-known/openid-configuration"


async def fetch_key_set(url: str, *, public: bool | None = None) -> KeySet:
    """The key set at a URL; `public` as for `fetch`. Raises ProviderFault."""
    answer = await fetch(url, public=public)
    try:
        # In a thread: to read hundreds of keys takes a while.
        return await asyncio.to_thread(read_key_set, answer.body)
    except ValueError as error:
        raise ProviderFault(f"the key set is not one: {error}") from None


async def discover_key_set(issuer: str) -> KeySet:
    """The key set of an issuer, which is an https URL, or http to an address of one's own network.

    The configuration must be that of this issuer (4.3), and its key set is fetched over https
    unless the issuer is http. That of an issuer in the public internet must be there too: else
    whoever writes the configuration could make us ask our own network. Raises ProviderFault.
    """
    is_plain = issuer.startswith("http://")
    configuration = await fetch(configuration_url(issuer), public=False if is_plain else None)
    url = _key_set_url(issuer, configuration.body)
    if url.scheme == "http":
        return await fetch_key_set(str(url), public=False)
    return await fetch_key_set(str(url), public=True if configuration.is_public else None)


def configuration_url(issuer: str) -> str:
    """Where an issuer's configuration is; a slash at its end is taken off (4.1)."""
    return issuer.removesuffix("/") + _CONFIGURATION


def _key_set_url(issuer: str, body: bytes) -> httpx.URL:
    """The `jwks_uri` of an issuer's configuration. Raises ProviderFault."""
    try:
        configuration = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderFault("its OpenID configuration is not JSON") from None
    if not isinstance(configuration, dict):
        raise ProviderFault("its OpenID configuration is not an object")
    named = configuration.get("issuer")
    if named != issuer:
        raise ProviderFault(_wrong_issuer(named))
    address = configuration.get("jwks_uri")
    if not isinstance(address, str):
        raise ProviderFault("its OpenID configuration has no 'jwks_uri'")
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    allowed = ("https", "http") if issuer.startswith("http://") else ("https",)
    if url.scheme not in allowed or not url.host or url.userinfo:
        raise ProviderFault("the 'jwks_uri' of its OpenID configuration is not an https URL")
    return url


def _wrong_issuer(named: object) -> str:
    if not isinstance(named, str):
        return "its OpenID configuration has no 'issuer'"
    if "{tenantid}" in named:  # Entra ID, below /common, /organizations and /consumers
        return (
            "its OpenID configuration is that of many tenants; set KANAL_JWT_ISSUER to those of"
            " the tenants, https://login.microsoftonline.com/<tenant id>/v2.0"
        )
    return f"its OpenID configuration is that of the issuer {named[:200]!r}: they must be equal"
