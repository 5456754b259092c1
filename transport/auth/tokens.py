"""Access tokens: read, their signature verified by a key of ours, and their claims turned into whom
they speak for."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from domain.actor import Actor
from domain.errors import Invalid
from transport.auth.claims import ClaimRules
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
class Unverified:
    """What a token says of itself before its signature is verified: good only to find the key."""

    algorithm: str
    key_id: str | None
    issuer: Any


@dataclass(frozen=True, slots=True)
class _Verified:
    """A verification that was good, and what it stands on."""

    unverified: Unverified
    source: KeySource
    key: VerificationKey
    access: Access

    def holds(self) -> bool:
        """Whether the token is still good: not expired, and its key not withdrawn."""
        if self.access.expires_at <= time.time():
            return False
        key = self.source.known(self.unverified.algorithm, self.unverified.key_id)
        return key is self.key or key == self.key  # a key set that is fetched again has equal keys


class TokenVerifier:
    """Verifies tokens by the keys of their issuer, the rules for their claims, and the clock."""

    def __init__(self, keys: Sequence[KeySource], rules: ClaimRules | None = None) -> None:
        self.keys = keys
        self.rules = rules or ClaimRules()
        # By the token's digest: a client sends one token many times, and a good signature stays
        # good while its key is the same. The expiry is checked at each use.
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def verify(self, token: str) -> Access:
        """The access that a token grants.

        Raises Unauthenticated, whose message never quotes the token, and Unavailable where the
        keys cannot be fetched.
        """
        if not token:
            raise Unauthenticated("token_missing", "an access token is needed")
        if len(token) > MAX_TOKEN_LENGTH:
            raise invalid(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._verified.get(digest)
        if known is not None and known.holds():
            return known.access
        unverified = read_unverified(token)
        was_tried = False
        for source in self.sources_for(unverified.issuer):
            key = await source.find(unverified.algorithm, unverified.key_id)
            if key is None:
                continue
            was_tried = True
            claims = signed_claims(token, unverified.algorithm, key)
            if claims is not None:  # else another source may have the key that signed it
                access = self._access(claims)
                self._remember(digest, _Verified(unverified, source, key, access))
                return access
        if was_tried:
            raise invalid("its signature does not match")
        raise invalid("no configured key goes with its algorithm and key id")

    def sources_for(self, issuer: Any) -> Iterator[KeySource]:
        """The sources whose keys may verify a token of an issuer. Raises Unauthenticated."""
        try:
            self.rules.check_issuer({"iss": issuer})
        except Invalid as error:
            raise invalid(error.message) from None
        return (source for source in self.keys if source.issuer in (None, issuer))

    def _access(self, claims: Mapping[str, Any]) -> Access:
        """The access that signed claims grant. Raises Unauthenticated."""
        try:
            self.rules.check_audience(claims)
            expires_at = self.rules.check_times(claims)
            return Access(self.rules.actor(claims), expires_at)
        except Invalid as error:
            raise invalid(error.message) from None
        except _ODD_CLAIMS:
            raise invalid("its claims are not as they must be") from None

    def _remember(self, digest: bytes, verified: _Verified) -> None:
        self._verified[digest] = verified
        if len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)


# What odd claims make of our arithmetic (an exp of 400 digits) and of PyJWT (nested too deep).
_ODD_CLAIMS = (ValueError, TypeError, OverflowError, RecursionError)

# The signature is all that PyJWT verifies: its checks of claims drop fractions of seconds, and do
# not say what was expected.
_SIGNATURE_ALONE: Any = {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}


def read_unverified(token: str) -> Unverified:
    """What a token says of itself. Raises Unauthenticated where it is no JWT."""
    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, *_ODD_CLAIMS):
        raise invalid("it is not a JWT") from None
    header = decoded["header"]
    return Unverified(str(header.get("alg")), header.get("kid"), decoded["payload"].get("iss"))


def signed_claims(token: str, algorithm: str, key: VerificationKey) -> dict[str, Any] | None:
    """The claims of a token if the key has signed it, else None. Raises Unauthenticated."""
    if algorithm not in key.algorithms:
        return None
    try:
        return jwt.decode(token, key.key, algorithms=[algorithm], options=_SIGNATURE_ALONE)
    except jwt.InvalidSignatureError:
        return None
    except (jwt.PyJWTError, *_ODD_CLAIMS):
        raise invalid("its claims are not as they must be") from None


def invalid(why: str) -> Unauthenticated:
    return Unauthenticated("token_invalid", f"the access token is not valid: {why}")
