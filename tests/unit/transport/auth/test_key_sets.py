"""Key sets: which key a token is for, and which entries are no keys of ours."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from domain.errors import Unavailable
from tests.support.clock import Clock
from tests.support.jwks import KeyServer, fetched_keys
from tests.support.keys import EC, NEVER, RSA, hand_signed, jwk, public_pem, rsa_key, signed
from tests.support.tokens import accepted, invalid, token
from transport.auth.fetched_keys import COOLDOWN
from transport.auth.tokens import TokenVerifier

NEW_RSA = rsa_key()


async def test_a_token_without_a_key_id_is_for_the_only_key(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.publish(jwk(RSA, kid="r"))
    await accepted(verifier, signed(RSA), signed(RSA, "r"))
    await invalid(verifier, signed(EC), signed(NEW_RSA))


async def test_a_token_without_a_key_id_is_for_the_only_key_of_its_algorithm(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.publish(jwk(RSA, kid="r"), jwk(NEW_RSA, kid="n"), jwk(EC, kid="e"))
    await accepted(verifier, signed(EC), signed(RSA, "r"), signed(NEW_RSA, "n"))
    await invalid(verifier, signed(RSA), signed(NEW_RSA))


async def test_a_key_without_an_id_is_for_tokens_of_any_if_it_is_the_only_one(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.publish(jwk(RSA), jwk(EC), jwk(ec.generate_private_key(ec.SECP256R1()), kid="e"))
    await accepted(verifier, signed(RSA), signed(RSA, "any"))
    await invalid(verifier, signed(NEW_RSA, "any"), signed(EC), signed(EC, "any"))


async def test_a_key_with_an_id_is_for_tokens_of_that_id_alone(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.publish(jwk(RSA, kid="r"))
    await invalid(verifier, signed(RSA, "any"))


async def test_a_key_is_used_with_its_own_algorithm_alone(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    assert await fetched_keys(server).find("ES256", "r") is None
    await invalid(
        verifier,
        signed(EC, "r"),
        signed(RSA, "e"),
        hand_signed(public_pem(RSA).encode(), f'{{"sub":"alice","exp":{NEVER}}}', kid="r"),
    )


async def test_a_token_of_another_algorithm_asks_for_no_key(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    await invalid(verifier, token(), hand_signed(b"", "{}", alg="none", kid="r"))
    assert server.requests == 0


UNUSABLE = {
    "a secret": {"kty": "oct", "k": "c2VjcmV0", "kid": "x"},
    "for encryption": jwk(NEW_RSA, kid="x", use="enc"),
    "for another algorithm": jwk(NEW_RSA, kid="x", alg="RS512"),
    "for encryption by its algorithm": jwk(NEW_RSA, kid="x", alg="RSA-OAEP"),
    "a curve of no algorithm of ours": {**jwk(EC, kid="x"), "crv": "secp256k1"},
    "a curve of the future": {**jwk(EC, kid="x"), "crv": "P-1024"},
    "only to sign with": jwk(NEW_RSA, kid="x", key_ops=["sign"]),
    "too short": jwk(rsa_key(1024), kid="x"),
    "a certificate that is none": {"kty": "RSA", "kid": "x", "x5c": ["bm9uZQ=="]},
    "a certificate in an object": {"kty": "RSA", "kid": "x", "x5c": {"0": "bm9uZQ=="}},
    "no certificates": {"kty": "RSA", "kid": "x", "x5c": []},
    "a list of algorithms": jwk(NEW_RSA, kid="x", alg=["RS256"]),
    "no modulus": {"kty": "RSA", "e": "AQAB", "kid": "x"},
    "a numeric modulus": {**jwk(NEW_RSA, kid="x"), "n": 7},
    "a modulus that is none": {**jwk(NEW_RSA, kid="x"), "n": "?"},
    "a point off the curve": {**jwk(EC, kid="x"), "x": jwk(EC)["y"]},
    "a list for a key id": jwk(NEW_RSA, kid=["x"]),
    "a list for a type": {"kty": ["RSA"], "kid": "x"},
    "a type of the future": {"kty": "AKP", "alg": "ML-DSA-44", "kid": "x"},
    "null": None,
    "text": "what?",
}


@pytest.mark.parametrize("entry", UNUSABLE.values(), ids=UNUSABLE)
async def test_a_key_that_cannot_be_used_keeps_no_other_from_being_used(
    server: KeyServer, verifier: TokenVerifier, entry: Any
) -> None:
    server.publish(entry, jwk(RSA, kid="r", alg="RS256", use="sig"), jwk(EC, kid="e", alg="ES256"))
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    await invalid(verifier, signed(NEW_RSA, "x"), signed(EC, "x"))


SHAPES: dict[str, list[dict[str, Any]]] = {
    "Keycloak": [
        jwk(NEW_RSA, kid="encrypts", alg="RSA-OAEP", use="enc", x5c=["…"], x5t="…"),
        jwk(RSA, kid="r", alg="RS256", use="sig", x5c=["…"], x5t="…", **{"x5t#S256": "…"}),
    ],
    "Entra ID": [
        jwk(RSA, kid="r", use="sig", x5t="r", x5c=["…"], issuer="https://…/{tenantid}/v2.0"),
        jwk(NEW_RSA, kid="n", use="sig", x5t="n", cloud_instance_name="microsoftonline.com"),
    ],
    "Cognito": [
        jwk(NEW_RSA, kid="of ID tokens", alg="RS256", use="sig"),
        jwk(RSA, kid="r", alg="RS256", use="sig"),
    ],
    "Google": [jwk(RSA, kid="r", alg="RS256", use="sig"), jwk(NEW_RSA, kid="n", alg="RS256")],
    "Supabase": [
        jwk(EC, kid="e", alg="ES256", use="sig", key_ops=["verify"], ext=True),
        jwk(RSA, kid="r", alg="RS256", use="sig", key_ops=["verify"], ext=True),
    ],
    "Azure AD B2C": [jwk(RSA, kid="r", use="sig", nbf=1_493_763_266)],
    "a set of its own": [jwk(RSA)],
}


@pytest.mark.parametrize("entries", SHAPES.values(), ids=SHAPES)
async def test_the_key_of_a_token_is_found_in_sets_as_providers_publish_them(
    server: KeyServer, verifier: TokenVerifier, entries: list[dict[str, Any]]
) -> None:
    server.publish(*entries)
    await accepted(verifier, signed(RSA, "r"))
    await invalid(verifier, signed(NEW_RSA, "r"), signed(NEW_RSA, "encrypts"))


NO_KEYS = {"a list": [], "no keys": {}, "null": {"keys": None}, "text": {"keys": "what?"}}


@pytest.mark.parametrize("document", NO_KEYS.values(), ids=NO_KEYS)
async def test_without_any_key_a_token_can_be_neither_good_nor_bad(
    server: KeyServer, verifier: TokenVerifier, clock: Clock, document: Any
) -> None:
    usual, server.document = server.document, document
    for _ in range(2):
        with pytest.raises(Unavailable):
            await verifier.verify(signed(RSA, "r"))
    server.document = usual
    clock.forward(COOLDOWN)
    await accepted(verifier, signed(RSA, "r"))


async def test_an_answer_without_keys_does_not_take_those_that_are_there(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    for document in NO_KEYS.values():
        server.document = document
        clock.forward(COOLDOWN)
        with pytest.raises(Unavailable):
            await verifier.verify(signed(RSA, "unknown"))
        await accepted(verifier, signed(RSA, "r"))


async def test_an_empty_key_set_withdraws_all_keys(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    server.publish()
    clock.forward(COOLDOWN)
    await invalid(verifier, signed(RSA, "unknown"), signed(RSA, "r"))
