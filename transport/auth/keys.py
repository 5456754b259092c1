"""The keys that may sign a token: each is bound to its own algorithms, here and never by the
token's header, so that a public key can never be used as an HMAC secret."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

MIN_RSA_BITS = 2048
"""RFC 7518, 3.3 and 3.5: a key of 2048 bits or larger."""

_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_KINDS = "a public key must be RSA, P-256, P-384, P-521, Ed25519 or Ed448"
_CURVES = {SECP256R1: "ES256", SECP384R1: "ES384", SECP521R1: "ES512"}

PUBLIC_KEY_ALGORITHMS = _RSA | set(_CURVES.values()) | {"EdDSA"}


@dataclass(frozen=True, slots=True, repr=False)
class VerificationKey:
    """A key and the algorithms it may be used with (RFC 7518, RFC 8037). Its repr never shows the
    key."""

    algorithms: frozenset[str]
    key: Any
    """As PyJWT's algorithms verify with it."""

    def __repr__(self) -> str:
        return f"VerificationKey({', '.join(sorted(self.algorithms))})"

    def only_with(self, algorithm: str) -> "VerificationKey":
        """The key for one of its algorithms alone. Raises ValueError where it is none of them."""
        if algorithm not in self.algorithms:
            raise ValueError("the key cannot be used with the algorithm that it is meant for")
        return replace(self, algorithms=frozenset({algorithm}))


class KeySource(Protocol):
    """Finds the key for a token's header."""

    @property
    def name(self) -> str:
        """What an operator knows it by."""
        ...

    @property
    def issuer(self) -> str | None:
        """Whose tokens its keys verify; None: those of every configured issuer."""
        ...

    def known(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        """The key, if this source has one for both, as far as it knows now."""
        ...

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        """The same, after asking for what is not known. Raises Unavailable."""
        ...

    async def find_successor(
        self, key: VerificationKey, algorithm: str, key_id: str | None
    ) -> VerificationKey | None:
        """What is in the place of a key that has not signed a token, where it was replaced there
        without a name. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class FixedKey:
    """One configured key."""

    name: str
    key: VerificationKey
    issuer: str | None = None

    def known(self, algorithm: str, key_id: str | None) -> VerificationKey | None:  # noqa: ARG002
        return self.key if algorithm in self.key.algorithms else None

    async def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        return self.known(algorithm, key_id)

    async def find_successor(
        self,
        key: VerificationKey,  # noqa: ARG002
        algorithm: str,  # noqa: ARG002
        key_id: str | None,  # noqa: ARG002
    ) -> VerificationKey | None:
        return None


def secret_key(secret: str, name: str = "the secret") -> FixedKey:
    """An HS256 secret. Raises ValueError for a key that is meant to be known to others."""
    try:
        key = jwt.get_algorithm_by_name("HS256").prepare_key(secret.encode())
    except jwt.InvalidKeyError:
        raise ValueError("must be a secret, and not a public key or a certificate") from None
    return FixedKey(name, VerificationKey(frozenset({"HS256"}), key))


def public_key(pem: str, name: str = "the public key") -> FixedKey:
    """A public key in PEM, for all algorithms of its kind. Raises ValueError for other kinds."""
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:  # a curve that the library does not know
        raise ValueError(_KINDS) from None
    return FixedKey(name, bound_key(key))


def bound_key(key: Any) -> VerificationKey:
    """A public key with the algorithms of its kind: RS* and PS* for RSA, that of its curve for an
    elliptic one, EdDSA for Ed25519 and Ed448. Raises ValueError for any other."""
    if isinstance(key, RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            raise ValueError(f"an RSA key must have {MIN_RSA_BITS} bits or more")
        return VerificationKey(_RSA, key)
    if isinstance(key, EllipticCurvePublicKey) and type(key.curve) in _CURVES:
        return VerificationKey(frozenset({_CURVES[type(key.curve)]}), key)
    if isinstance(key, Ed25519PublicKey | Ed448PublicKey):
        return VerificationKey(frozenset({"EdDSA"}), key)
    raise ValueError(_KINDS)
