"""The keys that may sign a token: each kind with its own algorithms, fixed here and never taken
from the token's header. A public key can so never be used as an HMAC secret.
"""

import asyncio
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
"""Seconds between two fetches: a token with an invented key id must not cause one each time."""


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
        # PyJWKClient's own cache is off: with it, each unknown key id would cause a fetch.
        self._client = jwt.PyJWKClient(url, cache_jwk_set=False, timeout=5)
        self._keys: dict[str | None, VerificationKey] = {}
        self._fetched_at = float("-inf")
        self._fetching: asyncio.Task[bool] | None = None

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        if algorithm not in ("RS256", "ES256"):
            return None
        age = time.monotonic() - self._fetched_at
        if age > JWKS_LIFETIME or (key_id not in self._keys and age > JWKS_COOLDOWN):
            # Callers that need it at the same time share one fetch.
            self._fetching = self._fetching or asyncio.create_task(self._fetch())
            if not await asyncio.shield(self._fetching):
                raise Unavailable("the keys that sign tokens cannot be fetched")
        key = self._keys.get(key_id)
        return key if key is not None and key.algorithm == algorithm else None

    async def _fetch(self) -> bool:
        """Fetch the key set; where that fails, keep the keys of before. False if there are none."""
        try:
            self._keys = _keys_of(await asyncio.to_thread(self._client.fetch_data))
        except (jwt.PyJWTError, OSError, ValueError, RecursionError) as error:
            logger.warning("the JWKS cannot be fetched: %s", type(error).__name__)
            if not self._keys:
                return False
        finally:
            self._fetching = None
        self._fetched_at = time.monotonic()
        return True


def _keys_of(document: Any) -> dict[str | None, VerificationKey]:
    """The signing keys of a key set by key id; a single key also for no id. Raises ValueError."""
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise ValueError("a key set holds a list of keys")
    found: dict[str | None, VerificationKey] = {}
    for entry in entries:
        key = _signing_key(entry)
        if key is not None:
            found[entry.get("kid")] = key
    if len(found) == 1:
        found[None] = next(iter(found.values()))
    return found


def _signing_key(entry: Any) -> VerificationKey | None:
    """The RSA or P-256 key for signatures that an entry describes; any other is to be ignored
    (RFC 7517, 5)."""
    match entry:
        case {"use": use} if use != "sig":
            return None
        case {"kty": "RSA"}:
            algorithm = "RS256"
        case {"kty": "EC", "crv": "P-256"}:
            algorithm = "ES256"
        case _:
            return None
    if entry.get("alg", algorithm) != algorithm or not isinstance(entry.get("kid", ""), str):
        return None
    try:
        return VerificationKey(algorithm, jwt.PyJWK(entry, algorithm).key)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        logger.warning("a key of the JWKS cannot be used: %s", type(error).__name__)
        return None
