"""Key pairs for tests, made once a run, and tokens signed with them or against the rules."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.support.outputs import OUTPUTS

Pair: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NEVER = (int(time.time()) // 604_800 + 2) * 604_800
"""An `exp` that no test lives to see, a week or two off: no later than a token may have, and the
same in all processes of a run."""


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


RSA = rsa_key()
EC = ec.generate_private_key(ec.SECP256R1())


def public_pem(key: Any) -> str:
    """The public half in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: Pair) -> str:
    """The whole pair in PEM, which is configured nowhere."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jwk(key: Pair, **more: Any) -> dict[str, Any]:
    """The public half as a key set publishes it."""
    kind: Any = jwt.get_algorithm_by_name(algorithm_of(key))
    return {**kind.to_jwk(key.public_key(), as_dict=True), **more}


def algorithm_of(key: Pair) -> str:
    return "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"


def signed(key: Pair, kid: str | None = None, **claims: Any) -> str:
    """A token of alice, signed with the algorithm of the key."""
    headers = {} if kid is None else {"kid": kid}
    made = jwt.encode({"sub": "alice", "exp": NEVER, **claims}, key, algorithm_of(key), headers)
    return OUTPUTS.must_not_show(made)


def hand_signed(secret: bytes, payload: str | bytes, **header: Any) -> str:
    """A token of whatever payload and header, signed as HS256 by hand: PyJWT would refuse to."""
    payload = payload.encode() if isinstance(payload, str) else payload
    text = f"{_base64(json.dumps({'alg': 'HS256', **header}).encode())}.{_base64(payload)}"
    signature = _base64(hmac.digest(secret, text.encode(), hashlib.sha256))
    return OUTPUTS.must_not_show(f"{text}.{signature}")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


ODD_CURVE_PEM = """\
-----BEGIN PUBLIC KEY-----
ME4wEAYHKoZIzj0CAQYFK4EEACADOgAEoUVbM03wmd8w/CihaaRn6eRwdakPfmUOtrekXH4In+1/
ujRCgsr71vfjGffAsL1Z4spL21VtYaU=
-----END PUBLIC KEY-----
"""
"""A public key on secp224k1, of which the cryptography library knows no more than the name."""

ODD_CURVE_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBdDCCASKgAwIBAgIUcMRkxI+mhV/hC1zhgFB6yQpeJYQwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOaXNzdWVyLmV4YW1wbGUwHhcNMjYxMTI4MTI0NzM4WhcNMzYx
MTI1MTI0NzM4WjAZMRcwFQYDVQQDDA5pc3N1ZXIuZXhhbXBsZTBOMBAGByqGSM49
AgEGBSuBBAAgAzoABP9YXRIIQq+DEXHVMEq6aFaSiDagpyUopKcm/CHp3fSAnBvq
XCcDpnjSof/2l04qL7ThFqgGRX8Vo1MwUTAdBgNVHQ4EFgQUSxMKkxCdjECT4wJj
v/AN4i28gB8wHwYDVR0jBBgwFoAUSxMKkxCdjECT4wJjv/AN4i28gB8wDwYDVR0T
AQH/BAUwAwEB/zAKBggqhkjOPQQDAgNAADA9Ahw1opNhI8mQh5c+F74mNZulyNNr
aurninzi0nA+Ah0A+/Agi2s6ilGA8UxZnhHkZ44gT1/n0pWKWwUFDw==
-----END CERTIFICATE-----
"""
"""A certificate of such a key, signed by itself."""
