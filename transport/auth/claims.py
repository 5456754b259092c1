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
from transport.auth.workspace_roles import WorkspaceClaim
from transport.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What is expected of claims. Without `issuers` or `audiences` anyone's are accepted.

    `leeway` is how many seconds `exp`, `nbf` and `iat` may be off (RFC 7519, 4.1.4 to 4.1.6).
    """

    issuers: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    leeway: float = 0.0
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
        expires_at = _seconds(_required(claims, "exp"), "exp") + self.leeway
        if expires_at <= now:
            behind = _whole(now - expires_at + self.leeway)
            why = f"the claim 'exp' is {behind} behind this service's clock{allowed}"
            raise Unauthenticated("token_expired", f"the access token has expired: {why}")
        for name in ("nbf", "iat"):
            if name in claims and (ahead := _seconds(claims[name], name) - now) > self.leeway:
                raise Invalid(
                    f"the claim {name!r} is {_whole(ahead)} ahead of this service's clock{allowed}"
                )
        return expires_at

    def actor(self, claims: Mapping[str, Any]) -> Actor:
        """The actor that claims describe. Raises Invalid."""
        return Actor(self.user_id(claims), self.workspaces.roles(claims))

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


def _seconds(value: Any, name: str) -> float:
    """A claim that is a time: a number of seconds (RFC 7519, 2). Raises Invalid."""
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Invalid(f"the claim {name!r} must be a number of seconds")
    return float(value)


def _whole(seconds: float) -> str:
    """Seconds in words, rounded up: what is off is never told as less than it is."""
    number = math.ceil(seconds)
    return f"{number:.10g} second{'' if number == 1 else 's'}"
