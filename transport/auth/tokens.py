"""Access tokens: verified, with the checks that PyJWT leaves to its caller, into an actor."""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from domain.actor import Actor, Role
from domain.errors import Invalid
from domain.identifiers import checked_id
from transport.auth.keys import KeySource, VerificationKey
from transport.errors import Unauthenticated

MAX_TOKEN_LENGTH = 16_384

MAX_VERIFIED = 10_000
"""Tokens whose verification is kept."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a token speaks for, and until when: in Unix time, seconds, with the leeway added."""

    actor: Actor
    expires_at: float


@dataclass(frozen=True, slots=True)
class _Verified:
    header: dict[str, Any]
    key: VerificationKey
    access: Access


class TokenVerifier:
    """Verifies tokens against the configured keys, issuer and audience, and the clock.

    `leeway` is how many seconds `exp`, `nbf` and `iat` may be off (RFC 7519, 4.1.4 and 4.1.5).
    """

    def __init__(
        self,
        keys: Sequence[KeySource],
        *,
        issuer: str | None = None,
        audience: str | None = None,
        leeway: float = 0.0,
    ) -> None:
        self._keys = keys
        self._leeway = leeway
        self._issuer = issuer
        self._audience = audience
        # By the token's digest: a client sends one token many times, and a good signature stays
        # good while its key is the same. The expiry is checked at each use.
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        self._required = ["exp", "sub"]
        if issuer is not None:
            self._required.append("iss")
        if audience is not None:
            self._required.append("aud")

    async def verify(self, token: str) -> Access:
        """The access that a token grants.

        Raises Unauthenticated, whose message never quotes the token, and Unavailable where the
        keys cannot be fetched.
        """
        if not token:
            raise Unauthenticated("token_missing", "an access token is needed")
        if len(token) > MAX_TOKEN_LENGTH:
            raise _invalid(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        digest = _digest(token)
        known = self._verified.get(digest)
        header = known.header if known is not None else _header(token)
        refused: Unauthenticated | None = None
        for source in self._keys:
            key = await source.find(str(header.get("alg")), header.get("kid"))
            if key is None:
                continue
            if known is not None and known.key is key and known.access.expires_at > time.time():
                return known.access
            try:
                access = self._decode(token, key)
            except Unauthenticated as error:
                refused = error  # another source may have the key that signed it
            else:
                self._remember(digest, _Verified(header, key, access))
                return access
        raise refused or _invalid("no configured key goes with its algorithm and key id")

    def has_verified(self, token: str) -> bool:
        """Whether the token was good before, and may be checked again at no cost."""
        return _digest(token) in self._verified

    def _remember(self, digest: bytes, verified: "_Verified") -> None:
        self._verified[digest] = verified
        if len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)

    def _decode(self, token: str, key: VerificationKey) -> Access:
        """The access that a token grants if the key signed it. Raises Unauthenticated."""
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options={
                    "require": self._required,
                    "verify_aud": self._audience is not None,
                    # Checked below: PyJWT drops fractions, and does not say how far a time is off.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            expires_at = self._check_times(claims)
            return Access(_actor(claims), expires_at)
        except jwt.MissingRequiredClaimError as error:
            raise _invalid(f"the claim {error.claim!r} is missing") from None
        except jwt.InvalidIssuerError:
            raise _invalid("its issuer is not the expected one") from None
        except jwt.InvalidAudienceError:
            raise _invalid("its audience is not the expected one") from None
        except jwt.InvalidSignatureError:
            raise _invalid("its signature does not match") from None
        except Invalid as error:
            raise _invalid(error.message) from None
        except _REJECTIONS:
            raise _invalid("its claims are not as they must be") from None

    def _check_times(self, claims: dict[str, Any]) -> float:
        """When the access that claims grant ends. Raises Invalid, Unauthenticated."""
        now = time.time()
        allowed = f", and {self._leeway:g} are allowed" if self._leeway else ""
        expires_at = _seconds(claims, "exp") + self._leeway
        if expires_at <= now:
            behind = _whole(now - expires_at + self._leeway)
            why = f"the claim 'exp' is {behind} behind this service's clock{allowed}"
            raise Unauthenticated("token_expired", f"the access token has expired: {why}")
        for name in ("nbf", "iat"):
            if name in claims and (ahead := _seconds(claims, name) - now) > self._leeway:
                raise Invalid(
                    f"the claim {name!r} is {_whole(ahead)} ahead of this service's clock{allowed}"
                )
        return expires_at


# What PyJWT raises, and what odd claims make of it (an exp of 1e400, nested beyond reason).
_REJECTIONS = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except _REJECTIONS:
        raise _invalid("it is not a JWT") from None


def _invalid(why: str) -> Unauthenticated:
    return Unauthenticated("token_invalid", f"the access token is not valid: {why}")


def _seconds(claims: dict[str, Any], name: str) -> float:
    """A claim that is a time: a number of seconds (RFC 7519, 2). Raises Invalid."""
    value = claims[name]
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Invalid(f"the claim {name!r} must be a number of seconds")
    return float(value)


def _whole(seconds: float) -> str:
    """Seconds in words, rounded up: what is off is never told as less than it is."""
    number = math.ceil(seconds)
    return f"{number:.10g} second{'' if number == 1 else 's'}"


def _actor(claims: dict[str, Any]) -> Actor:
    """The actor that claims describe. Raises Invalid."""
    user_id = checked_id("the claim 'sub'", claims["sub"])
    workspaces = claims.get("workspaces", [])
    if isinstance(workspaces, list):
        workspaces = dict.fromkeys(workspaces, Role.USER.value)
    if not isinstance(workspaces, dict):
        raise Invalid("the claim 'workspaces' must be a list of ids or an object of id to role")
    roles = {}
    for workspace_id, role in workspaces.items():
        if not isinstance(workspace_id, str) or role not in list(Role):
            raise Invalid(
                "the claim 'workspaces' must hold ids and the roles " + ", ".join(list(Role))
            )
        roles[checked_id("a workspace id", workspace_id)] = Role(role)
    return Actor(user_id, roles)
