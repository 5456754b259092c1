"""A token's signature: by whom it may be, by which algorithm, and that nobody gets to read it."""

import base64
import contextlib
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.keys import EC, NEVER, RSA, Pair, hand_signed, public_pem, rsa_key, signed
from tests.support.tokens import SECRET, refused_token, token
from transport.auth.keys import VerificationKey, public_key, secret_key
from transport.auth.taken_apart import ODD, take_apart
from transport.auth.tokens import Access, TokenVerifier
from transport.errors import Unauthenticated

SECRET_ALONE = TokenVerifier([secret_key(SECRET)])
PUBLIC_ALONE = TokenVerifier([public_key(public_pem(RSA)), public_key(public_pem(EC))])
EVERY_KEY = TokenVerifier(
    [secret_key(SECRET), public_key(public_pem(RSA)), public_key(public_pem(EC))]
)


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
async def test_a_public_key_verifies_what_its_pair_has_signed(key: Pair) -> None:
    for verifier in (TokenVerifier([public_key(public_pem(key))]), EVERY_KEY):
        assert (await verifier.verify(signed(key))).actor.user_id == "alice"


GOOD_CLAIMS = json.dumps({"sub": "alice", "exp": NEVER})
GOOD = hand_signed(SECRET.encode(), GOOD_CLAIMS)
HEAD, BODY, SIGNATURE = GOOD.split(".")
BAD_SIGNATURES = {
    "of another secret": token(secret="another secret, thirty-two bytes or more"),
    "of another RSA key": signed(rsa_key()),
    "none": jwt.encode({"sub": "alice", "exp": NEVER}, "", algorithm="none"),
    "none, in capitals": hand_signed(b"", GOOD_CLAIMS, alg="NONE"),
    "none, beside a good one": hand_signed(SECRET.encode(), GOOD_CLAIMS, alg="none"),
    "cut off": f"{HEAD}.{BODY}.",
    "cut short": GOOD[:-4],
    "of other claims": f"{HEAD}.{BODY}.{token().split('.')[2]}",
    "of our secret by another algorithm": jwt.encode(
        {"sub": "alice", "exp": NEVER}, SECRET * 2, algorithm="HS512"
    ),
    "of the RSA key's PEM as a secret": hand_signed(public_pem(RSA).encode(), GOOD_CLAIMS),
    "of the RSA key's PEM, trimmed": hand_signed(public_pem(RSA).strip().encode(), GOOD_CLAIMS),
    "of the P-256 key's PEM as a secret": hand_signed(public_pem(EC).encode(), GOOD_CLAIMS),
    "of our secret under RS256": hand_signed(SECRET.encode(), GOOD_CLAIMS, alg="RS256"),
    "of our secret under ES256": hand_signed(SECRET.encode(), GOOD_CLAIMS, alg="ES256"),
    "of nobody under a critical header": hand_signed(
        SECRET.encode(), GOOD_CLAIMS, crit=["unknown"], unknown=1
    ),
    "of an empty secret": hand_signed(b"", GOOD_CLAIMS),
    "of a key in its own header": hand_signed(
        b"mine", GOOD_CLAIMS, jwk={"kty": "oct", "k": "bWluZQ"}
    ),
    "of a list of algorithms": hand_signed(SECRET.encode(), GOOD_CLAIMS, alg=["HS256"]),
    "of no algorithm": hand_signed(SECRET.encode(), GOOD_CLAIMS, alg=None),
    "of a numeric key id": hand_signed(SECRET.encode(), GOOD_CLAIMS, kid=7),
}


@pytest.mark.parametrize("bad", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
async def test_a_token_of_a_bad_signature_is_refused(bad: str) -> None:
    for verifier in (EVERY_KEY, SECRET_ALONE, PUBLIC_ALONE):
        assert (await refused_token(verifier, bad)).code == "token_invalid"


async def test_the_good_token_that_the_bad_signatures_are_made_of_is_accepted() -> None:
    assert isinstance(await EVERY_KEY.verify(GOOD), Access)


NOT_TOKENS = {
    "text": "what?",
    "dots": "..",
    "two parts": f"{HEAD}.{BODY}",
    "five parts": f"{GOOD}.{BODY}.{SIGNATURE}",
    "beyond ASCII": "☃.☃.☃",
    "a lone surrogate": "\ud800",
    "NUL": "\x00",
    "a header that is a list": base64.b64encode(b"[]").decode() + f".{BODY}.{SIGNATURE}",
    "a header nested beyond reason": base64.b64encode(b"[" * 9_000).decode() + ".e30.e30",
    "longer than any": GOOD + "A" * 16_384,
}


@pytest.mark.parametrize("bad", NOT_TOKENS.values(), ids=NOT_TOKENS)
async def test_what_is_no_token_is_refused(bad: str) -> None:
    assert (await refused_token(EVERY_KEY, bad)).code == "token_invalid"


@given(
    at=st.integers(0, len(GOOD) - 1),
    put=st.text("AZ09-_=+/. é", max_size=3),
    over=st.integers(0, 3),
)
def test_a_token_is_taken_apart_as_pyjwt_does(at: int, put: str, over: int) -> None:
    odd = GOOD[:at] + put + GOOD[at + over :]
    try:
        theirs = jwt.decode_complete(odd, options={"verify_signature": False})
    except jwt.PyJWTError:
        with pytest.raises(ODD):
            take_apart(odd)
    else:
        ours = take_apart(odd)
        assert (ours.claims, ours.signature) == (theirs["payload"], theirs["signature"])


@pytest.mark.parametrize(
    "bad", [token(ttl=-1), *BAD_SIGNATURES.values(), *NOT_TOKENS.values(), GOOD]
)
async def test_a_token_is_never_logged(bad: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with contextlib.suppress(Unauthenticated):
        await EVERY_KEY.verify(bad)
    assert caplog.records == []


def test_a_printed_key_shows_nothing_of_itself() -> None:
    key = VerificationKey(frozenset({"HS256"}), SECRET.encode())
    assert repr(key) == "VerificationKey(HS256)"
    for text in (repr(secret_key(SECRET)), str(secret_key(SECRET)), f"{[secret_key(SECRET)]}"):
        assert SECRET not in text


@pytest.mark.parametrize("verifier", [SECRET_ALONE, EVERY_KEY], ids=["a secret", "every key"])
async def test_no_token_is_a_token_missing(verifier: TokenVerifier) -> None:
    assert (await refused_token(verifier, "")).code == "token_missing"


async def test_a_token_may_be_signed_by_any_of_several_keys_of_one_kind() -> None:
    other = rsa_key()
    verifier = TokenVerifier([public_key(public_pem(RSA)), public_key(public_pem(other))])
    for key in (RSA, other):
        assert (await verifier.verify(signed(key))).actor.user_id == "alice"
    with pytest.raises(Unauthenticated, match="signature"):
        await verifier.verify(signed(rsa_key()))
