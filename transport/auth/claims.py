"""The rules for a token's claims: by whom and for whom it is, from when until when, and for whom it
speaks. A refusal names the claim and what was expected, never what the token has there."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor
from domain.errors import Invalid
from domain.identifiers import checked_id
from transport.auth.claim_place import MISSING, ClaimPlace
from transport.auth.scopes import scopes_of
from transport.auth.times import check_lifetime, seconds_of, whole
from transport.auth.workspace_roles import WorkspaceClaim
from transport.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What is expected of claims. Without `issuers` or `audiences` anyone's are accepted.

    `leeway` is how many seconds `exp`, `nbf` and `iat` may be off (RFC 7519, 4.1.4 to 4.1.6), and
    `max_lifetime` how many a token may be good.
    """

    issuers: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    leeway: float = 0.0
    max_lifetime: float = math.inf
    user: ClaimPlace = field(default_factory=lambda: ClaimPlace.parse("sub"))
    workspaces: WorkspaceClaim = field(default_factory=WorkspaceClaim)

    def check_issuer(self, claims: Mapping[str, Any]) -> None:
        """Raises Invalid."""
        if self.issuers and not _is_one_of(_required(claims, "iss"), self.issuers):
            raise Invalid(f"the claim 'iss' must be {_either(self.issuers)}")

    def check_audience(self, claims: Mapping[str, Any]) -> None:
        """Raises Invalid. The claim is a text or a list of texts (RFC 7519, 4.1.3)."""
        if not self.audiences:
            return
        value = _required(claims, "aud")
        named = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in named) or self.audiences.isdisjoint(named):
            raise Invalid(f"the claim 'aud' must be, or hold, {_either(self.audiences)}")

    def check_times(self, claims: Mapping[str, Any]) -> float:
        """When the access that claims grant ends. Raises Invalid, Unauthenticated."""
        now = time.time()
        allowed = f", and {self.leeway:g} are allowed" if self.leeway else ""
        _required(claims, "exp")
        expires_at = seconds_of(claims, "exp") + self.leeway
        if expires_at <= now:
            behind = whole(now - expires_at + self.leeway)
            why = f"the claim 'exp' is {behind} behind this service's clock{allowed}"
            raise Unauthenticated("token_expired", f"the access token has expired: {why}")
        for name in ("nbf", "iat"):
            if name in claims and (ahead := seconds_of(claims, name) - now) > self.leeway:
                raise Invalid(
                    f"the claim {name!r} is {whole(ahead)} ahead of this service's clock{allowed}"
                )
        check_lifetime(claims, now + self.leeway, self.max_lifetime)
        return expires_at

    def actor(self, claims: Mapping[str, Any]) -> Actor:
        """The actor that claims describe. Raises Invalid."""
        granted_at = seconds_of(claims, "iat") if "iat" in claims else 0.0
        roles = self.workspaces.roles(claims)
        return Actor(self.user_id(claims), roles, scopes_of(claims), granted_at)

    def user_id(self, claims: Mapping[str, Any]) -> str:
        """Raises Invalid."""
        what = f"the claim {self.user.text!r}"
        value = self.user.find(claims)
        if value is MISSING:
            raise Invalid(f"{what} is missing")
        if not isinstance(value, str):
            raise Invalid(f"{what} must be a text, the user's id")
        return checked_id(what, value)


def _required(claims: Mapping[str, Any], name: str) -> Any:
    if claims.get(name) is None:
        raise Invalid(f"the claim {name!r} is missing")
    return claims[name]


def _is_one_of(value: Any, expected: frozenset[str]) -> bool:
    return isinstance(value, str) and value in expected


def _either(expected: frozenset[str]) -> str:
    return " or ".join(map(repr, sorted(expected)))
