"""`kanal token --explain`: what the service with these settings makes of a token, check by check.
It shows what its bearer can read in it anyway, and never the token itself."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.errors import Invalid, Unavailable
from scripts.service.settings import Settings
from scripts.service.token_verifier import create_verifier
from transport.auth.claim_place import MISSING
from transport.auth.scopes import scopes_of
from transport.auth.taken_apart import ODD, Unverified
from transport.auth.tokens import TokenVerifier, read_unverified
from transport.auth.workspace_roles import RoleNames
from transport.errors import Unauthenticated

_FAILURES = (Invalid, Unauthenticated, Unavailable)

_LONGEST_SHOWN = 200
"""Characters of a claim that is not as it must be."""


async def explain_token(settings: Settings, token: str) -> None:
    """Print a line for each check, and the verdict, which is the service's own.

    Keys are fetched only where no configured one has signed the token. Raises Unauthenticated or
    Unavailable where the service would not accept it, SettingsError.
    """
    unknown: list[str] = []
    names = RoleNames(settings.jwt_roles, unknown=unknown.append)
    verifier = create_verifier(settings, names)
    if token and (unverified := _read(token)) is not None:
        _show("header", f"algorithm {unverified.algorithm!r}, key id {unverified.key_id!r}")
        await _explain_signature(settings, verifier, unverified)
        _explain_claims(verifier, unverified.claims)
    for name in dict.fromkeys(unknown):
        why = "it is not a role of Kanal, and KANAL_JWT_ROLES does not name it"
        _show("note", f"the role {name!r} counts as guest: {why}")
    await verifier.verify(token)
    print("the token is good, unless the log says that its access was taken back")


def _read(token: str) -> Unverified | None:
    try:
        return read_unverified(token)
    except Unauthenticated:
        _show(
            "note",
            "a provider may give opaque tokens, which it alone can read, until it is asked for one"
            " for Kanal (`audience` or `resource`)",
        )
        return None


async def _explain_signature(
    settings: Settings, verifier: TokenVerifier, unverified: Unverified
) -> None:
    try:
        source, key = await verifier.find_signer(unverified)
    except _FAILURES as error:
        _show("signature", f"FAILED: {error.message}")
        is_ours = unverified.claims.get("iss") in (settings.jwt_issuer or ())
        if is_ours and not settings.discovered_issuers:
            _show("note", "since a key is configured, the keys of the issuer are not discovered")
        _show("note", "so what follows is what the token says, by whomever it is")
    else:
        _show("signature", f"verified by {source.name}, as {', '.join(sorted(key.algorithms))}")


def _explain_claims(verifier: TokenVerifier, claims: Any) -> None:
    rules = verifier.rules

    def issuer() -> str:
        _check(rules.check_issuer, claims, "iss")
        return repr(claims.get("iss")) if rules.issuers else "not checked (KANAL_JWT_ISSUER)"

    def audience() -> str:
        _check(rules.check_audience, claims, "aud")
        return repr(claims["aud"]) if rules.audiences else "not checked (KANAL_JWT_AUDIENCE)"

    def expiry() -> str:
        leeway = f" (with the leeway of {rules.leeway:g} s)" if rules.leeway else ""
        return f"accepted until {_moment(rules.check_times(claims))}{leeway}"

    def workspaces() -> str:
        place = rules.workspaces.place
        if place.find(claims) is MISSING:
            return f"none: there is no claim {place.text!r} (KANAL_JWT_WORKSPACES_CLAIM)"
        roles = rules.workspaces.roles(claims).items()
        return ", ".join(f"{name!r}: {role}" for name, role in roles) or "none"

    checks: dict[str, Callable[[], str]] = {
        "issuer": issuer,
        "audience": audience,
        "expiry": expiry,
        "user": lambda: repr(rules.user_id(claims)),
        "workspaces": workspaces,
        "scope": lambda: ", ".join(map(repr, sorted(scopes_of(claims)))) or "none",
    }
    for name, check in checks.items():
        try:
            _show(name, check())
        except _FAILURES as error:
            _show(name, f"FAILED: {error.message}")
        except ODD:
            _show(name, "FAILED: it is not as it must be")


def _check(
    check: Callable[[Mapping[str, Any]], None], claims: Mapping[str, Any], name: str
) -> None:
    """The check of a claim, whose refusal says what the token has: its bearer can read that."""
    try:
        check(claims)
    except Invalid as error:
        if claims.get(name) is None:
            raise
        found = repr(claims[name])
        cut = "…" if len(found) > _LONGEST_SHOWN else ""
        raise Invalid(f"{error.message}; it is {found[:_LONGEST_SHOWN]}{cut}") from None


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return "the end of time"


def _show(name: str, text: str) -> None:
    print(f"{name:<12}{text}")
