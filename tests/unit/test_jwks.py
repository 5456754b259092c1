"""Keys by JWKS: fetched as rarely as may be, replaced as they rotate, kept if nobody answers."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from domain.errors import Unavailable
from tests.support.clients import PATIENCE
from tests.support.jwks import KeyServer, key_server
from tests.support.keys import EC, RSA, hand_signed, jwk, public_pem, rsa_key, signed
from tests.support.tokens import SECRET, refused_token, token
from transport import keys as transport_keys
from transport.keys import JWKS_COOLDOWN, JWKS_LIFETIME, JwksKeys, secret_key
from transport.tokens import TokenVerifier

NEW_RSA = rsa_key()


class Clock:
    """The time as the keys see it: it passes when told to."""

    def __init__(self) -> None:
        self._now = 1_000.0

    def monotonic(self) -> float:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(transport_keys, "time", clock)
    return clock


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """A key server that answers at once, with the RSA key under `r` and the P-256 key under `e`."""
    with key_server() as server:
        server.publish(jwk(RSA, kid="r"), jwk(EC, kid="e"))
        server.release()
        yield server


@pytest.fixture
def verifier(server: KeyServer, clock: Clock) -> TokenVerifier:
    return TokenVerifier([JwksKeys(server.url)])


async def accepted(verifier: TokenVerifier, *tokens: str) -> None:
    for each in tokens:
        assert (await verifier.verify(each)).actor.user_id == "alice"


async def invalid(verifier: TokenVerifier, *tokens: str) -> None:
    for each in tokens:
        assert (await refused_token(verifier, each)).code == "token_invalid"


async def test_published_keys_verify_what_their_pairs_have_signed(verifier: TokenVerifier) -> None:
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    await invalid(verifier, signed(NEW_RSA, "r"))


async def test_keys_are_fetched_once_for_all_who_need_them(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    server.hold()
    verifications = [asyncio.create_task(accepted(verifier, signed(RSA, "r"))) for _ in range(20)]
    assert await asyncio.to_thread(server.asked.wait, PATIENCE)
    server.release()
    await asyncio.gather(*verifications)
    clock.forward(JWKS_LIFETIME - 1)
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    assert server.requests == 1


async def test_a_key_that_is_new_is_fetched_when_a_token_names_it(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    server.publish(jwk(RSA, kid="r"), jwk(NEW_RSA, kid="n"))
    clock.forward(JWKS_COOLDOWN + 1)
    await accepted(verifier, signed(NEW_RSA, "n"), signed(RSA, "r"))
    assert server.requests == 2


async def test_a_key_that_is_withdrawn_is_forgotten_after_the_lifetime(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    server.publish(jwk(NEW_RSA, kid="n"))
    clock.forward(JWKS_LIFETIME + 1)
    await invalid(verifier, signed(RSA, "r"))
    await accepted(verifier, signed(NEW_RSA, "n"))


async def test_key_ids_that_are_made_up_cost_one_fetch_a_cooldown(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    made_up = [signed(RSA, f"made-up-{number}") for number in range(20)]
    await accepted(verifier, signed(RSA, "r"))
    await invalid(verifier, *made_up)
    assert server.requests == 1
    clock.forward(JWKS_COOLDOWN + 1)
    await asyncio.gather(*(invalid(verifier, each) for each in made_up))
    await invalid(verifier, *made_up)
    assert server.requests == 2


async def test_a_key_id_that_is_made_up_keeps_nobody_waiting(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    clock.forward(JWKS_COOLDOWN + 1)
    server.hold()
    made_up = asyncio.create_task(invalid(verifier, signed(RSA, "made-up")))
    assert await asyncio.to_thread(server.asked.wait, PATIENCE)
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    assert not made_up.done()
    server.release()
    await made_up


async def test_who_gives_up_waiting_takes_the_keys_from_nobody(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.hold()
    first, second = (asyncio.create_task(accepted(verifier, signed(RSA, "r"))) for _ in range(2))
    assert await asyncio.to_thread(server.asked.wait, PATIENCE)
    first.cancel()
    await asyncio.wait([first])
    server.release()
    await second
    assert server.requests == 1


async def test_a_token_without_a_key_id_is_for_the_only_key(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.publish(jwk(RSA, kid="r"))
    await accepted(verifier, signed(RSA), signed(RSA, "r"))
    await invalid(verifier, signed(EC), signed(NEW_RSA))


async def test_a_token_without_a_key_id_is_for_none_of_several(verifier: TokenVerifier) -> None:
    await accepted(verifier, signed(RSA, "r"))
    await invalid(verifier, signed(RSA), signed(EC))


async def test_a_key_is_used_with_its_own_algorithm_alone(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    assert await JwksKeys(server.url).find("ES256", "r") is None
    await invalid(
        verifier,
        signed(EC, "r"),
        signed(RSA, "e"),
        hand_signed(public_pem(RSA).encode(), '{"sub":"alice","exp":9999999999}', kid="r"),
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
    "another curve": jwk(ec.generate_private_key(ec.SECP384R1()), kid="x"),
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


NO_KEYS = {"a list": [], "no keys": {}, "null": {"keys": None}, "text": {"keys": "what?"}}


@pytest.mark.parametrize("document", NO_KEYS.values(), ids=NO_KEYS)
async def test_without_any_key_a_token_can_be_neither_good_nor_bad(
    server: KeyServer, verifier: TokenVerifier, document: Any
) -> None:
    usual, server.document = server.document, document
    for _ in range(2):
        with pytest.raises(Unavailable):
            await verifier.verify(signed(RSA, "r"))
    server.document = usual
    await accepted(verifier, signed(RSA, "r"))


async def test_a_key_server_that_is_away_makes_tokens_unavailable_not_invalid(
    clock: Clock,
) -> None:
    with key_server() as gone:
        pass
    verifier = TokenVerifier([JwksKeys(gone.url), secret_key(SECRET)])
    with pytest.raises(Unavailable, match="keys that sign tokens cannot be fetched"):
        await verifier.verify(signed(RSA, "r"))
    await accepted(verifier, token())


async def test_fetched_keys_outlive_their_server(clock: Clock) -> None:
    with key_server() as server:
        server.publish(jwk(RSA, kid="r"))
        server.release()
        verifier = TokenVerifier([JwksKeys(server.url)])
        await accepted(verifier, signed(RSA, "r"))
    for _ in range(3):
        clock.forward(JWKS_LIFETIME + 1)
        await accepted(verifier, signed(RSA, "r"))
        await invalid(verifier, signed(NEW_RSA, "r"), signed(NEW_RSA, "n"))


async def test_an_answer_without_keys_does_not_take_those_that_are_there(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    for document in NO_KEYS.values():
        server.document = document
        clock.forward(JWKS_LIFETIME + 1)
        await accepted(verifier, signed(RSA, "r"))


async def test_an_empty_key_set_withdraws_all_keys(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    server.publish()
    clock.forward(JWKS_LIFETIME + 1)
    await invalid(verifier, signed(RSA, "r"))
