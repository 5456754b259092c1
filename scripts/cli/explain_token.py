"""`kanal token --explain`: what the service with these settings makes of a token, check by check.
It shows what its bearer can read in it anyway, and never the token itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from domain.errors import Invalid, Unavailable
from scripts.service.settings import Settings
from scripts.service.token_verifier import create_verifier
from transport.auth.scopes import scopes_of
from transport.auth.tokens import ODD_CLAIMS, TokenVerifier, Unverified, read_unverified
from transport.auth.workspace_roles import RoleNames
from transport.errors import Unauthenticated

_FAILURES = (Invalid, Unauthenticated, Unavailable)


async def explain_token(settings: Settings, token: str) -> None:
    """Print a line for each check, and the verdict, which is the service's own.

    Keys are fetched only where no configured one has signed the token. Raises Unauthenticated or
    Unavailable where the service would not accept it, SettingsError.
    """
    unknown: list[str] = []
    names = RoleNames(settings.jwt_roles, unknown=unknown.append)
    verifier = create_verifier(settings, names)
    if token:
        unverified = read_unverified(token)
        _show("header", f"algorithm {unverified.algorithm!r}, key id {unverified.key_id!r}")
        await _explain_signature(verifier, token, unverified)
        _explain_claims(verifier, unverified.claims)
    for name in dict.fromkeys(unknown):
        _show("note", f"the role {name!r} is neither ours nor in KANAL_JWT_ROLES: a guest")
    await verifier.verify(token)
    print("the token is good, unless the log says that its access was taken back")


async def _explain_signature(verifier: TokenVerifier, token: str, unverified: Unverified) -> None:
    try:
        source, key = await verifier.find_signer(token, unverified)
    except _FAILURES as error:
        _show("signature", f"FAILED: {error.message}")
        _show("note", "so what follows is what the token says, by whomever it is")
    else:
        _show("signature", f"verified by {source.name}, as {', '.join(sorted(key.algorithms))}")


def _explain_claims(verifier: TokenVerifier, claims: Any) -> None:
    rules = verifier.rules

    def issuer() -> str:
        rules.check_issuer(claims)
        return repr(claims.get("iss")) if rules.issuers else "not checked (KANAL_JWT_ISSUER)"

    def audience() -> str:
        rules.check_audience(claims)
        return repr(claims["aud"]) if rules.audiences else "not checked (KANAL_JWT_AUDIENCE)"

    def expiry() -> str:
        return f"accepted until {_moment(rules.check_times(claims))}"

    def workspaces() -> str:
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
        except ODD_CLAIMS:
            _show(name, "FAILED: it is not as it must be")


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return "the end of time"


def _show(name: str, text: str) -> None:
    print(f"{name:<12}{text}")
