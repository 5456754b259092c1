"""Access tokens: read, their signature verified by a key of ours, and their claims turned into whom
they speak for."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jwt

from domain.actor import Actor
from domain.errors import Invalid
from transport.auth.claims import ClaimRules
from transport.auth.keys import KeySource, VerificationKey
from transport.auth.taken_apart import ODD, Unverified, take_apart
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
    """A verification that was good, and what it stands on."""

    algorithm: str
    key_id: str | None
    source: KeySource
    key: VerificationKey
    access: Access

    def holds(self) -> bool:
        """Whether the token is still good: not expired, and its key not withdrawn."""
        if self.access.expires_at <= time.time():
            return False
        key = self.source.known(self.algorithm, self.key_id)
        return key is self.key or key == self.key  # a key set that is fetched again has equal keys


class TokenVerifier:
    """Verifies tokens by the keys of their issuer, the rules for their claims, and the clock."""

    def __init__(
        self,
        keys: Sequence[KeySource],
        rules: ClaimRules | None = None,
        *,
        admit: Callable[[Actor], Awaitable[Actor]] | None = None,
    ) -> None:
        """`admit` answers what is left of what was granted, and raises where that is nothing; all
        is left without it."""
        self.keys = keys
        self.rules = rules or ClaimRules()
        self._admit = admit
        # By the token's digest: a client sends one token many times, and a good signature stays
        # good while its key is the same. The expiry is checked at each use.
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def verify(self, token: str) -> Access:
        """The access that a token grants, without what was taken back since.

        Raises Unauthenticated, whose message never quotes the token, AccessRevoked, and Unavailable
        where the keys cannot be fetched, or what was taken back is not known.
        """
        access = await self._verify(token)
        if self._admit is None:
            return access
        left = await self._admit(access.actor)
        return access if left is access.actor else replace(access, actor=left)

    async def _verify(self, token: str) -> Access:
        if not token:
            raise Unauthenticated("token_missing", "an access token is needed")
        if len(token) > MAX_TOKEN_LENGTH:
            raise invalid(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        digest = _digest(token)
        known = self._verified.get(digest)
        if known is not None and known.holds():
            return known.access
        unverified = read_unverified(token)
        source, key = await self.find_signer(unverified)
        access = self._access(unverified.claims)
        self._remember(
            digest, _Verified(unverified.algorithm, unverified.key_id, source, key, access)
        )
        return access

    async def find_signer(self, unverified: Unverified) -> tuple[KeySource, VerificationKey]:
        """The key that has signed a token, of those that may verify tokens of its issuer.

        Raises Unauthenticated where there is none, and Unavailable.
        """
        try:
            self.rules.check_issuer(unverified.claims)
        except Invalid as error:
            raise invalid(error.message) from None
        was_tried = False
        for source in self.keys:
            if source.issuer is not None and source.issuer != unverified.claims.get("iss"):
                continue
            key = await source.find(unverified.algorithm, unverified.key_id)
            if key is None:
                continue
            was_tried = True
            if has_signed(key, unverified):
                return source, key
            successor = await source.find_successor(key, unverified.algorithm, unverified.key_id)
            if successor is not None and has_signed(successor, unverified):
                return source, successor
        if was_tried:
            raise invalid("its signature does not match")
        raise invalid("no configured key goes with its algorithm and key id")

    def _access(self, claims: Mapping[str, Any]) -> Access:
        """The access that signed claims grant. Raises Unauthenticated."""
        try:
            self.rules.check_audience(claims)
            expires_at = self.rules.check_times(claims)
            return Access(self.rules.actor(claims), expires_at)
        except Invalid as error:
            raise invalid(error.message) from None
        except ODD:
            raise invalid("its claims are not as they must be") from None

    def has_verified(self, token: str) -> bool:
        """Whether the token is known to be good, so that verifying it costs nothing."""
        known = self._verified.get(_digest(token))
        return known is not None and known.holds()

    def _remember(self, digest: bytes, verified: _Verified) -> None:
        self._verified[digest] = verified
        if len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def read_unverified(token: str) -> Unverified:
    """What a token says of itself. Raises Unauthenticated where it is no JWT."""
    try:
        return take_apart(token)
    except ODD:
        raise invalid("it is not a JWT") from None


def has_signed(key: VerificationKey, unverified: Unverified) -> bool:
    """Whether the key has signed a token with one of its algorithms."""
    if unverified.algorithm not in key.algorithms:
        return False
    algorithm = jwt.get_algorithm_by_name(unverified.algorithm)
    try:
        return algorithm.verify(unverified.signed, key.key, unverified.signature)
    except (jwt.PyJWTError, *ODD):
        return False


def invalid(why: str) -> Unauthenticated:
    return Unauthenticated("token_invalid", f"the access token is not valid: {why}")
