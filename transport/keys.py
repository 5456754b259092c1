"""The keys that may sign a token: each kind with its own algorithms, fixed here and never taken
from the token's header. A public key can so never be used as an HMAC secret.
"""

import asyncio
import json
import logging
import time
from dataclasses import dataclass
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.errors import Unavailable

logger = logging.getLogger(__name__)

JWKS_LIFETIME = 300.0
"""Seconds that fetched keys are used without asking again."""

JWKS_COOLDOWN = 10.0
"""Seconds between two fetches, whatever key ids tokens claim: a made-up one must not cost one."""


@dataclass(frozen=True, slots=True, repr=False)
class VerificationKey:
    """A key and the one algorithm it is used with. Its repr never shows the key."""

    algorithm: str
    key: Any

    def __repr__(self) -> str:
        return f"VerificationKey({self.algorithm})"


class KeySource(Protocol):
    """Finds the key for a token's header."""

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        """The key for an algorithm, if this source has one for it. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class FixedKey:
    """One configured key."""

    key: VerificationKey

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:  # noqa: ARG002
        return self.key if algorithm == self.key.algorithm else None


def secret_key(secret: str) -> FixedKey:
    """An HS256 secret."""
    return FixedKey(VerificationKey("HS256", secret.encode()))


def public_key(pem: str) -> FixedKey:
    """An RSA (RS256) or P-256 (ES256) public key in PEM. Raises ValueError for any other."""
    key = load_pem_public_key(pem.encode())
    if isinstance(key, RSAPublicKey):
        return FixedKey(VerificationKey("RS256", key))
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return FixedKey(VerificationKey("ES256", key))
    raise ValueError("the public key must be RSA or elliptic curve P-256")


class JwksKeys:
    """Keys published at a URL (RFC 7517), fetched in a thread and kept for some minutes."""

    def __init__(self, url: str) -> None:
        # PyJWKClient's own caches are off: they would fetch anew for each unknown key id.
        self._client = jwt.PyJWKClient(url, cache_jwk_set=False, timeout=5)
        self._keys: dict[str | None, VerificationKey] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        if algorithm not in ("RS256", "ES256"):
            return None
        async with self._lock:
            age = time.monotonic() - self._fetched_at
            if age > JWKS_LIFETIME or (key_id not in self._keys and age > JWKS_COOLDOWN):
                await self._fetch()
        key = self._keys.get(key_id)
        return key if key is not None and key.algorithm == algorithm else None

    async def _fetch(self) -> None:
        self._fetched_at = time.monotonic()
        try:
            document = await asyncio.to_thread(self._client.fetch_data)
            self._keys = _keys_of(document)
        except (jwt.PyJWTError, OSError, ValueError) as error:
            logger.warning("the JWKS cannot be fetched: %s", type(error).__name__)
            if not self._keys:
                self._fetched_at = float("-inf")
                raise Unavailable("the keys that sign tokens cannot be fetched") from None


def _keys_of(document: Any) -> dict[str | None, VerificationKey]:
    """The RSA and P-256 signing keys of a key set by key id; a single key also for no id."""
    found: dict[str | None, VerificationKey] = {}
    for entry in document.get("keys", []):
        if entry.get("use", "sig") != "sig":
            continue
        if entry.get("kty") == "RSA":
            key = VerificationKey("RS256", jwt.algorithms.RSAAlgorithm.from_jwk(json.dumps(entry)))
        elif entry.get("kty") == "EC" and entry.get("crv") == "P-256":
            key = VerificationKey("ES256", jwt.algorithms.ECAlgorithm.from_jwk(json.dumps(entry)))
        else:
            continue
        found[entry.get("kid")] = key
    if len(found) == 1:
        found[None] = next(iter(found.values()))
    return found
