"""A token, taken apart (RFC 7515, 7.1): what it says of itself, and what its signature is of.

PyJWT does the same; it looks at each character in turn, which is half of what a new token costs.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ODD = (ValueError, TypeError, OverflowError, RecursionError)
"""What odd tokens make of what reads them: nested too deep, an `exp` of 400 digits."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says of itself before its signature is verified: good only to find the key."""

    algorithm: str
    key_id: str | None
    claims: Mapping[str, Any]
    signed: bytes
    """What the signature is of (RFC 7515, 5.2)."""
    signature: bytes


def take_apart(token: str) -> Unverified:
    """Raises one of ODD for what is no JWT, or has what may not be ignored (RFC 7515, 4.1.11)."""
    signed, _, signature = token.encode().rpartition(b".")
    first, _, second = signed.partition(b".")
    header, claims = json.loads(_decoded(first)), json.loads(_decoded(second))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TypeError("a header and claims are objects")
    if not isinstance(header.get("kid", ""), str):
        raise TypeError("a key id is text")
    if "crit" in header or header.get("b64", True) is False:
        raise ValueError("it wants what is not known here")
    return Unverified(
        algorithm=str(header.get("alg")),
        key_id=header.get("kid"),
        claims=claims,
        signed=signed,
        signature=_decoded(signature),
    )


def _decoded(part: bytes) -> bytes:
    """Of base64url, also with the padding that some issuers add. Raises ValueError."""
    if part.endswith(b"=") and len(part) % 4:
        raise ValueError("padded wrongly")
    bare = part.rstrip(b"=")
    decoded = base64.urlsafe_b64decode(bare + b"=" * (-len(bare) % 4))
    # There is one text for each, without anything between its characters.
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != bare:
        raise ValueError("not base64url")
    return decoded
