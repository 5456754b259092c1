"""The algorithms of a public key: all of its kind, as PEM and in a key set, and no others."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.keys import EC, NEVER, ODD_CURVE_CERTIFICATE, RSA, public_pem, rsa_key
from tests.support.tokens import SECRET, accepted, invalid
from transport.auth.fetched_keys import FetchedKeys
from transport.auth.key_set import KeySet, read_key_set
from transport.auth.keys import public_key, secret_key
from transport.auth.tokens import TokenVerifier

P384, P521 = (ec.generate_private_key(curve()) for curve in (ec.SECP384R1, ec.SECP521R1))
ED25519, ED448 = ed25519.Ed25519PrivateKey.generate(), ed448.Ed448PrivateKey.generate()

RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ALGORITHMS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "RSA": (RSA, RSA_ALGORITHMS),
    "P-256": (EC, ("ES256",)),
    "P-384": (P384, ("ES384",)),
    "P-521": (P521, ("ES512",)),
    "Ed25519": (ED25519, ("EdDSA",)),
    "Ed448": (ED448, ("EdDSA",)),
}
FAMILIES = {"RSA": "RS256", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


def signed(key: Any, algorithm: str, kid: str = "k") -> str:
    return jwt.encode({"sub": "alice", "exp": NEVER}, key, algorithm, {"kid": kid})


def entry(name: str, **more: Any) -> dict[str, Any]:
    """The public key of that name as a key set publishes it."""
    kind: Any = jwt.get_algorithm_by_name(FAMILIES.get(name, "EdDSA"))
    return {**kind.to_jwk(ALGORITHMS[name][0].public_key(), as_dict=True), "kid": "k", **more}


def publishing(*entries: dict[str, Any]) -> TokenVerifier:
    async def fetch() -> KeySet:
        return read_key_set(json.dumps({"keys": entries}).encode())

    return TokenVerifier([FetchedKeys("keys", fetch)])


EVERY_TOKEN = {
    (name, algorithm): signed(key, algorithm)
    for name, (key, algorithms) in ALGORITHMS.items()
    for algorithm in algorithms
}


@pytest.mark.parametrize("name", ALGORITHMS)
async def test_a_public_key_goes_with_all_algorithms_of_its_kind_and_no_others(name: str) -> None:
    for verifier in (
        TokenVerifier([public_key(public_pem(ALGORITHMS[name][0]))]),
        publishing(entry(name)),
    ):
        for (signer, _), token in EVERY_TOKEN.items():
            await (accepted if signer == name else invalid)(verifier, token)


@pytest.mark.parametrize("algorithm", RSA_ALGORITHMS)
async def test_an_entry_that_names_its_algorithm_goes_with_that_alone(algorithm: str) -> None:
    verifier = publishing(entry("RSA", alg=algorithm))
    for other in RSA_ALGORITHMS:
        await (accepted if other == algorithm else invalid)(verifier, signed(RSA, other))


async def test_one_key_id_may_stand_for_keys_of_several_kinds() -> None:
    verifier = publishing(entry("RSA", alg="PS256"), entry("RSA", alg="RS256"), entry("P-384"))
    await accepted(verifier, *(signed(RSA, name) for name in ("RS256", "PS256")))
    await accepted(verifier, signed(P384, "ES384"))
    await invalid(verifier, signed(RSA, "RS512"))


async def test_an_algorithm_that_is_not_ours_is_refused_though_the_key_could() -> None:
    k1 = ec.generate_private_key(ec.SECP256K1())
    with pytest.raises(ValueError, match="P-256, P-384"):
        public_key(public_pem(k1))
    verifier = TokenVerifier([secret_key(SECRET), public_key(public_pem(EC))])
    long = SECRET * 2
    await invalid(verifier, signed(k1, "ES256K"), *(signed(long, f"HS{n}") for n in (384, 512)))
    await invalid(TokenVerifier([secret_key(long)]), *(signed(long, f"HS{n}") for n in (384, 512)))


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="2048 bits"):
        public_key(public_pem(rsa_key(1024)))


def certificate() -> x509.Certificate:
    """A certificate of the RSA key, signed by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signing")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, RSA.public_key(), 1, now, now + timedelta(days=1))
    return builder.sign(RSA, hashes.SHA256())


async def test_an_entry_may_hold_a_certificate_in_place_of_the_key() -> None:
    text = base64.b64encode(certificate().public_bytes(Encoding.DER)).decode()
    verifier = publishing({"kty": "RSA", "kid": "k", "use": "sig", "x5c": [text], "x5t": "…"})
    await accepted(verifier, signed(RSA, "RS256"))
    await invalid(verifier, signed(rsa_key(), "RS256"))


def test_a_document_may_be_certificates_by_their_key_ids() -> None:
    pem = certificate().public_bytes(Encoding.PEM).decode()
    keys = read_key_set(json.dumps({"odd": ODD_CURVE_CERTIFICATE, "k": pem}).encode())
    found = keys.find("RS256", "k")
    assert found is not None
    assert found.key == RSA.public_key()
    assert keys.find("RS256", "another") is None
    with pytest.raises(ValueError, match="no list of keys"):
        read_key_set(json.dumps({"k": pem, "other": 7}).encode())


async def test_of_hundreds_of_keys_each_is_found() -> None:
    pairs = [ec.generate_private_key(ec.SECP256R1()) for _ in range(500)]
    kind: Any = jwt.get_algorithm_by_name("ES256")
    entries = [
        {**kind.to_jwk(pair.public_key(), as_dict=True), "kid": f"k{number}"}
        for number, pair in enumerate(pairs)
    ]
    verifier = publishing(*entries)
    for number in (0, 250, 499):
        await accepted(verifier, signed(pairs[number], "ES256", f"k{number}"))
        await invalid(verifier, signed(pairs[number], "ES256", f"k{number - 1}"))


async def test_the_private_half_of_a_key_that_is_published_is_not_used() -> None:
    kind: Any = jwt.get_algorithm_by_name("EdDSA")
    verifier = publishing({**kind.to_jwk(ED25519, as_dict=True), "kid": "k"})
    await accepted(verifier, signed(ED25519, "EdDSA"))
    found = verifier.keys[0].known("EdDSA", "k")
    assert found is not None
    assert isinstance(found.key, ed25519.Ed25519PublicKey)
