"""Key sets: the document that an identity provider publishes (RFC 7517), read into the keys by
which its tokens are verified."""

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from transport.auth.keys import VerificationKey, bound_key

logger = logging.getLogger(__name__)

_PUBLIC_MEMBERS = ("kty", "crv", "n", "e", "x", "y")
_READERS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
"""The algorithm of PyJWT that reads a key of a type; it is bound to its own afterwards."""
_NOT_OURS = (ValueError, TypeError, UnsupportedAlgorithm)
"""What a key of another kind, and of a curve that the library does not know, raises."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of a document, by key id and algorithm.

    A token without a key id is for the only key of the set that goes with its algorithm. A key
    without one is for tokens of any id, where it is that only key.
    """

    by_id: Mapping[tuple[str, str], VerificationKey] = field(default_factory=dict)
    only: Mapping[str, VerificationKey] = field(default_factory=dict)
    only_without_id: Mapping[str, VerificationKey] = field(default_factory=dict)

    def find(self, algorithm: str, key_id: str | None) -> VerificationKey | None:
        if key_id is None:
            return self.only.get(algorithm)
        named = self.by_id.get((key_id, algorithm))
        return named if named is not None else self.only_without_id.get(algorithm)


def read_key_set(body: bytes) -> KeySet:
    """The keys for signatures in a document; entries of any other kind are to be ignored (RFC 7517,
    5). Raises ValueError where it is no key set."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    match document:
        case {"keys": list(entries)}:
            found = [(entry.get("kid"), key) for entry in entries if (key := _signing_key(entry))]
        case dict() if document and all(map(_is_certificate, document.values())):
            # As Google publishes them beside its key sets: certificates in PEM, by key id.
            found = [
                (key_id, key)
                for key_id, pem in document.items()
                if (key := _certified_key(pem)) is not None
            ]
        case _:
            raise ValueError("it has no list of keys")
    of_algorithm: dict[str, list[tuple[str | None, VerificationKey]]] = {}
    for key_id, key in found:
        for algorithm in key.algorithms:
            of_algorithm.setdefault(algorithm, []).append((key_id, key))
    only = {algorithm: keys[0] for algorithm, keys in of_algorithm.items() if len(keys) == 1}
    return KeySet(
        # Where a provider publishes one id twice, the first entry counts.
        by_id={
            (key_id, algorithm): key
            for key_id, key in reversed(found)
            if key_id is not None
            for algorithm in key.algorithms
        },
        only={algorithm: key for algorithm, (_, key) in only.items()},
        only_without_id={
            algorithm: key for algorithm, (key_id, key) in only.items() if key_id is None
        },
    )


def _is_certificate(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("-----BEGIN CERTIFICATE-----")


def _signing_key(entry: Any) -> VerificationKey | None:
    """The key for signatures that an entry describes, None where it is not one of ours."""
    match entry:
        case {"use": use} if use != "sig":
            return None
        case {"key_ops": list(operations)} if "verify" not in operations:
            return None
        case {"kty": str(kind)} if kind in _READERS and isinstance(entry.get("kid", ""), str):
            pass
        case _:
            return None
    try:
        key = bound_key(_public_key(entry))
        return key if "alg" not in entry else key.only_with(entry["alg"])
    except (jwt.PyJWTError, *_NOT_OURS) as error:
        logger.debug("a key of a key set is passed over: %s", type(error).__name__)
        return None


def _certified_key(pem: str) -> VerificationKey | None:
    """The key of a certificate, None where it is not one of ours."""
    try:
        return bound_key(load_pem_x509_certificate(pem.encode()).public_key())
    except _NOT_OURS as error:
        logger.debug("a certificate of a key set is passed over: %s", type(error).__name__)
        return None


def _public_key(entry: dict[str, Any]) -> Any:
    """The public key of an entry, from its numbers or, where it has none, its certificate
    (RFC 7517, 4.7). Raises PyJWTError, ValueError, TypeError, UnsupportedAlgorithm."""
    if "n" not in entry and "x" not in entry:
        match entry.get("x5c"):
            case [str(certificate), *_]:
                der = base64.b64decode(certificate, validate=True)
                return load_der_x509_certificate(der).public_key()
    # Without the private numbers, should somebody publish them.
    numbers = {name: entry[name] for name in _PUBLIC_MEMBERS if name in entry}
    return jwt.PyJWK(numbers, _READERS[entry["kty"]]).key
