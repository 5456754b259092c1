"""A token's claims: whom it speaks for, until when, and which claims are none."""

import json
import time
from typing import Any

import jwt
import pytest

from domain.actor import Role
from tests.support.keys import NEVER, hand_signed
from tests.support.tokens import SECRET, refused_token, token
from transport.auth.claims import ClaimRules
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier

ISSUER, AUDIENCE = "https://issuer.example", "kanal"

VERIFIER = TokenVerifier([secret_key(SECRET)])
STRICT = TokenVerifier(
    [secret_key(SECRET)],
    ClaimRules(issuers=frozenset({ISSUER}), audiences=frozenset({AUDIENCE})),
)


def claims(**given: Any) -> str:
    """A token of exactly these claims, in JSON as Python writes it (NaN, Infinity)."""
    return hand_signed(SECRET.encode(), json.dumps(given))


def payload(text: str) -> str:
    """A token whose payload is this text."""
    return hand_signed(SECRET.encode(), text)


def test_claims_signed_by_hand_are_those_of_pyjwt() -> None:
    """Lest every token below were refused for the wrong reason."""
    assert jwt.decode(claims(sub="alice"), SECRET, ["HS256"]) == {"sub": "alice"}


async def test_a_token_speaks_for_its_user_until_it_expires() -> None:
    access = await VERIFIER.verify(claims(sub="alice", exp=NEVER, workspaces=["demo"]))
    assert access.actor.user_id == "alice"
    assert access.actor.roles == {"demo": Role.USER}
    assert access.expires_at == NEVER


@pytest.mark.parametrize(
    ("workspaces", "roles"),
    [
        ([], {}),
        ({}, {}),
        (["a", "b", "a"], {"a": Role.USER, "b": Role.USER}),
        (
            {"a": "admin", "m": "moderator", "u": "user", "g": "guest"},
            {"a": Role.ADMIN, "m": Role.MODERATOR, "u": Role.USER, "g": Role.GUEST},
        ),
        (["a" * 128, "Общий 🙂"], {"a" * 128: Role.USER, "Общий 🙂": Role.USER}),
    ],
    ids=["no list", "no object", "a list", "an object", "long and odd ids"],
)
async def test_workspaces_are_a_list_of_ids_or_an_object_of_roles(
    workspaces: Any, roles: dict[str, Role]
) -> None:
    access = await VERIFIER.verify(claims(sub="alice", exp=NEVER, workspaces=workspaces))
    assert access.actor.roles == roles


async def test_a_token_without_workspaces_has_none() -> None:
    assert (await VERIFIER.verify(claims(sub="alice", exp=NEVER))).actor.roles == {}


@pytest.mark.parametrize("exp", [NEVER, NEVER + 0.5, 1e300])
async def test_exp_is_any_number_of_seconds(exp: float) -> None:
    assert (await VERIFIER.verify(claims(sub="alice", exp=exp))).expires_at == exp


@pytest.mark.parametrize("length", [1, 128])
async def test_a_sub_has_1_to_128_characters(length: int) -> None:
    access = await VERIFIER.verify(claims(sub="ß" * length, exp=NEVER))
    assert access.actor.user_id == "ß" * length


async def test_issuer_and_audience_are_let_pass_where_none_is_configured() -> None:
    await VERIFIER.verify(token(iss="anybody", aud="anything"))
    await VERIFIER.verify(claims(sub="alice", exp=NEVER, iss=["odd"], aud={"odd": 1}))


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["another", AUDIENCE]])
async def test_the_configured_issuer_and_audience_are_accepted(audience: Any) -> None:
    await STRICT.verify(token(iss=ISSUER, aud=audience))


NOT_FOR_US = {
    "no issuer": token(aud=AUDIENCE),
    "another issuer": token(iss="https://issuer.example.org", aud=AUDIENCE),
    "an empty issuer": token(iss="", aud=AUDIENCE),
    "a null issuer": payload(f'{{"sub":"a","exp":{NEVER},"iss":null,"aud":"{AUDIENCE}"}}'),
    "a list of issuers": payload(f'{{"sub":"a","exp":{NEVER},"iss":["{ISSUER}"],"aud":"kanal"}}'),
    "no audience": token(iss=ISSUER),
    "another audience": token(iss=ISSUER, aud="canal"),
    "an empty audience": token(iss=ISSUER, aud=""),
    "no audience of some": token(iss=ISSUER, aud=[]),
    "other audiences": token(iss=ISSUER, aud=["a", "b"]),
    "a null audience": token(iss=ISSUER, aud=None),
    "a numeric audience": token(iss=ISSUER, aud=[7]),
    "an object for an audience": token(iss=ISSUER, aud={AUDIENCE: 1}),
}


@pytest.mark.parametrize("bad", NOT_FOR_US.values(), ids=NOT_FOR_US)
async def test_a_token_for_somebody_else_is_refused(bad: str) -> None:
    assert (await refused_token(STRICT, bad)).code == "token_invalid"


EXPIRED = {
    "a second ago": token(ttl=-1),
    "now": claims(sub="alice", exp=int(time.time())),
    "before the epoch": claims(sub="alice", exp=-1),
    "at the epoch": claims(sub="alice", exp=0),
    "long before the epoch": claims(sub="alice", exp=-1e300),
}


@pytest.mark.parametrize("bad", EXPIRED.values(), ids=EXPIRED)
async def test_an_expired_token_is_told_from_a_bad_one(bad: str) -> None:
    assert (await refused_token(VERIFIER, bad)).code == "token_expired"


async def test_an_expired_token_of_somebody_elses_is_a_bad_one() -> None:
    bad = token(ttl=-1, secret="another secret, thirty-two bytes or more")
    assert (await refused_token(VERIFIER, bad)).code == "token_invalid"


BAD_CLAIMS = {
    "no exp": claims(sub="alice"),
    "a null exp": claims(sub="alice", exp=None),
    "exp beyond all numbers": payload('{"sub":"alice","exp":1e400}'),
    "exp before all numbers": payload('{"sub":"alice","exp":-1e400}'),
    "exp that is no number": claims(sub="alice", exp=float("nan")),
    "exp of 400 digits": payload(f'{{"sub":"alice","exp":{"9" * 400}}}'),
    "exp of 5000 digits": payload(f'{{"sub":"alice","exp":{"9" * 5000}}}'),
    "exp in text": claims(sub="alice", exp=str(NEVER)),
    "exp in words": claims(sub="alice", exp="tomorrow"),
    "a list of exp": claims(sub="alice", exp=[NEVER]),
    "an object for exp": claims(sub="alice", exp={"at": NEVER}),
    "not yet": token(nbf=NEVER),
    "issued tomorrow": token(iat=NEVER),
    "no sub": claims(exp=NEVER),
    "a null sub": claims(sub=None, exp=NEVER),
    "a numeric sub": claims(sub=7, exp=NEVER),
    "an empty sub": claims(sub="", exp=NEVER),
    "a long sub": claims(sub="a" * 129, exp=NEVER),
    "a list of subs": claims(sub=["alice"], exp=NEVER),
    "a sub with a line feed": claims(sub="alice\n", exp=NEVER),
    "a sub with NUL": claims(sub="alice\x00", exp=NEVER),
    "a sub with a lone surrogate": claims(sub="\ud800", exp=NEVER),
    "null for workspaces": claims(sub="alice", exp=NEVER, workspaces=None),
    "text for workspaces": claims(sub="alice", exp=NEVER, workspaces="demo"),
    "a number for workspaces": claims(sub="alice", exp=NEVER, workspaces=7),
    "a numeric workspace": claims(sub="alice", exp=NEVER, workspaces=[7]),
    "a list in workspaces": claims(sub="alice", exp=NEVER, workspaces=[["demo"]]),
    "an object in workspaces": claims(sub="alice", exp=NEVER, workspaces=[{"demo": "user"}]),
    "an empty workspace": claims(sub="alice", exp=NEVER, workspaces=[""]),
    "a long workspace": claims(sub="alice", exp=NEVER, workspaces=["a" * 129]),
    "a workspace with NUL": claims(sub="alice", exp=NEVER, workspaces={"\x00": "user"}),
    "an empty role": claims(sub="alice", exp=NEVER, workspaces={"demo": ""}),
    "a null role": claims(sub="alice", exp=NEVER, workspaces={"demo": None}),
    "no role of a list": claims(sub="alice", exp=NEVER, workspaces={"demo": []}),
    "a list for a payload": payload("[]"),
    "a number for a payload": payload("7"),
    "no JSON": payload("what?"),
    "no UTF-8": hand_signed(SECRET.encode(), b"\xff\xfe"),
    "nested beyond reason": payload('{"sub":' + "[" * 10_000),
}


@pytest.mark.parametrize("bad", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
async def test_a_token_of_odd_claims_is_refused(bad: str) -> None:
    assert (await refused_token(VERIFIER, bad)).code == "token_invalid"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("no exp", "the claim 'exp' is missing"),
        ("exp in text", "the claim 'exp' must be a number"),
        ("no sub", "the claim 'sub' is missing"),
        ("a long sub", "the claim 'sub' must be 1 to 128 characters"),
        ("a long workspace", "of the claim 'workspaces' must be 1 to 128 characters"),
        ("text for workspaces", "the claim 'workspaces' must be a list of ids or an object"),
        ("a null role", "the claim 'workspaces' must give each workspace a role"),
    ],
)
async def test_a_refusal_names_the_claim(bad: str, words: str) -> None:
    assert words in (await refused_token(VERIFIER, BAD_CLAIMS[bad])).message
