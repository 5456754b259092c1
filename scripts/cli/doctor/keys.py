"""The keys of identity providers: whether they can be fetched, and whether the provider's clock
says the same time as ours."""

import time
from collections.abc import Awaitable
from email.utils import parsedate_to_datetime

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings
from transport.auth.discovery import configuration_url, discover_key_set, fetch_key_set
from transport.auth.key_set import KeySet
from transport.auth.provider import fetch
from transport.errors import ProviderFault


async def check_keys(settings: Settings) -> list[Finding]:
    findings = []
    for issuer in settings.discovered_issuers:
        findings.append(await _keys(f"of the issuer {issuer}", discover_key_set(issuer)))
        public = False if issuer.startswith("http://") else None
        findings += await _clock(settings, configuration_url(issuer), issuer, public=public)
    if (url := settings.jwt_jwks_url) is not None:
        findings.append(await _keys("at KANAL_JWT_JWKS_URL", fetch_key_set(url)))
        findings += await _clock(settings, url, "KANAL_JWT_JWKS_URL", public=None)
    return findings


async def _keys(which: str, fetched: Awaitable[KeySet]) -> Finding:
    try:
        keys = await fetched
    except ProviderFault as error:
        return fault(
            "keys",
            f"those {which} cannot be fetched: {error}",
            "see that it can be reached from here, and is spelled as it spells itself",
        )
    algorithms = sorted({algorithm for _, algorithm in keys.by_id} | set(keys.only))
    if not algorithms:
        return fault(
            "keys",
            f"among those {which} there is none by which Kanal could verify a token",
            "let the provider sign with RS, PS or ES 256 to 512, or EdDSA",
        )
    return ok("keys", f"those {which} were found, for {', '.join(algorithms)}")


async def _clock(settings: Settings, url: str, whose: str, *, public: bool | None) -> list[Finding]:
    """Nothing is said where it does not say the time, or cannot be asked, which was said before."""
    asked_at = time.time()
    try:
        answer = await fetch(url, public=public)
        # It says whole seconds; on the average half of one has gone by.
        says = parsedate_to_datetime(answer.date or "").timestamp() + 0.5
    except (ProviderFault, ValueError):
        return []
    off = says - (asked_at + time.time()) / 2
    found = f"that of {whose} is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} ours"
    to_do = "let NTP set both clocks"
    if abs(off) > settings.jwt_leeway + 1:
        refused = "its new tokens" if off > 0 else "its tokens that have not run out"
        return [
            fault(
                "clock",
                f"{found}, beyond KANAL_JWT_LEEWAY ({settings.jwt_leeway:g} s): {refused} may be"
                " refused",
                to_do,
            )
        ]
    if abs(off) > settings.jwt_leeway / 2 + 1:
        return [warning("clock", f"{found}, and KANAL_JWT_LEEWAY is soon used up", to_do)]
    return [ok("clock", f"that of {whose} is level with ours, to a second or so")]
