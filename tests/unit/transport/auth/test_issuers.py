"""Several issuers: each has its own keys, and what one does is nothing to the others."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from domain.errors import Unavailable
from tests.support.clock import Clock
from tests.support.issuer import CONFIGURATION, KEYS, Issuer, running_issuer
from tests.support.keys import EC, RSA, hand_signed, jwk, public_pem, rsa_key, signed
from tests.support.tokens import accepted, invalid, refused_token, token
from transport.auth.claims import ClaimRules
from transport.auth.discovery import discover_key_set
from transport.auth.fetched_keys import FetchedKeys
from transport.auth.keys import public_key
from transport.auth.tokens import TokenVerifier

OTHER = rsa_key()


@pytest.fixture
def issuers() -> Iterator[tuple[Issuer, Issuer]]:
    """Two issuers whose keys have the same ids: the RSA key here, another there."""
    with running_issuer() as one, running_issuer() as other:
        other.answers[KEYS] = {"keys": [jwk(OTHER, kid="r")]}
        yield one, other


@pytest.fixture
def verifier(issuers: tuple[Issuer, Issuer], clock: Clock) -> TokenVerifier:
    return verifier_of(*(issuer.base for issuer in issuers))


def verifier_of(*issuers: str) -> TokenVerifier:
    keys = [
        FetchedKeys(issuer, partial(discover_key_set, issuer), issuer=issuer) for issuer in issuers
    ]
    return TokenVerifier(keys, ClaimRules(issuers=frozenset(issuers)))


async def test_a_token_is_verified_by_the_keys_of_its_own_issuer_alone(
    issuers: tuple[Issuer, Issuer], verifier: TokenVerifier
) -> None:
    one, other = (issuer.base for issuer in issuers)
    await accepted(verifier, signed(RSA, "r", iss=one), signed(OTHER, "r", iss=other))
    for bad in (signed(OTHER, "r", iss=one), signed(RSA, "r", iss=other)):
        assert "signature" in (await refused_token(verifier, bad)).message
    # Whose it is said to be in the header has no say.
    headed = hand_signed(public_pem(RSA).encode(), f'{{"iss":"{other}"}}', iss=one, kid="r")
    await invalid(verifier, headed)


async def test_a_token_of_another_issuer_asks_nobody(
    issuers: tuple[Issuer, Issuer], verifier: TokenVerifier
) -> None:
    expected = " or ".join(repr(issuer) for issuer in sorted(each.base for each in issuers))
    for bad in (
        signed(RSA, "r"),
        signed(RSA, "r", iss="https://elsewhere.example"),
        signed(RSA, "r", iss=issuers[0].base + "/"),
        token(),
    ):
        message = (await refused_token(verifier, bad)).message
        assert message.endswith(f"the claim 'iss' must be {expected}") or "missing" in message
    assert [issuer.asked for issuer in issuers] == [[], []]


async def test_only_the_issuer_of_a_token_is_asked(
    issuers: tuple[Issuer, Issuer], verifier: TokenVerifier
) -> None:
    one, other = issuers
    await accepted(verifier, signed(EC, "e", iss=one.base))
    assert (one.asked, other.asked) == ([CONFIGURATION, KEYS], [])


async def test_an_issuer_that_hangs_stalls_only_its_own(
    issuers: tuple[Issuer, Issuer], verifier: TokenVerifier
) -> None:
    one, other = issuers
    other.hang = {CONFIGURATION}
    waiting = asyncio.create_task(verifier.verify(signed(OTHER, "r", iss=other.base)))
    await accepted(verifier, *(signed(RSA, "r", iss=one.base, n=number) for number in range(20)))
    assert not waiting.done()
    other.answers.clear()
    other.released.set()
    with pytest.raises(Unavailable):
        await waiting


async def test_configured_keys_stand_for_every_configured_issuer() -> None:
    rules = ClaimRules(issuers=frozenset({"a", "b"}))
    verifier = TokenVerifier([public_key(public_pem(RSA))], rules)
    await accepted(verifier, signed(RSA, iss="a"), signed(RSA, iss="b"))
    await invalid(verifier, signed(RSA, iss="c"), signed(RSA))
