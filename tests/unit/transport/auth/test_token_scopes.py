"""What a token is for beside channels: its claim `scope`."""

import time
from typing import Any

import pytest

from tests.support.tokens import SECRET, refused_token, token
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier

VERIFIER = TokenVerifier([secret_key(SECRET)])

OPERATORS = {
    "a word": "kanal:operate",
    "words": "openid kanal:operate email",
    "more spaces": "  kanal:operate  openid ",
    "a list": ["openid", "kanal:operate"],
}
OTHERS = {
    "a text of none": "",
    "a list of none": [],
    "others": "kanal:read-log",
    "a longer word": "kanal:operator",
    "in capitals": "KANAL:OPERATE",
    "between commas": "openid,kanal:operate",
    "between tabs": "openid\tkanal:operate",
    "two words of a list": ["openid kanal:operate"],
}
BAD = {
    "null": None,
    "a number": 7,
    "a truth": True,
    "an object": {"kanal:operate": True},
    "a list of numbers": ["kanal:operate", 7],
    "a list of lists": [["kanal:operate"]],
    "a list of null": [None],
}


@pytest.mark.parametrize("scope", OPERATORS.values(), ids=OPERATORS)
async def test_one_that_names_it_is_an_operators(scope: Any) -> None:
    assert (await VERIFIER.verify(token(scope=scope))).actor.may_operate


@pytest.mark.parametrize("scope", OTHERS.values(), ids=OTHERS)
async def test_one_that_does_not_is_none(scope: Any) -> None:
    assert not (await VERIFIER.verify(token(scope=scope))).actor.may_operate


async def test_one_without_the_claim_is_none() -> None:
    assert not (await VERIFIER.verify(token())).actor.may_operate


@pytest.mark.parametrize("scope", BAD.values(), ids=BAD)
async def test_anything_else_there_is_refused(scope: Any) -> None:
    refusal = await refused_token(VERIFIER, token(scope=scope))
    assert refusal.code == "token_invalid"
    assert "the claim 'scope' must be a text of words or a list of words" in refusal.message


async def test_when_it_was_issued_is_when_access_was_granted() -> None:
    now = time.time()
    assert (await VERIFIER.verify(token(iat=now))).actor.granted_at == now
    assert (await VERIFIER.verify(token())).actor.granted_at == 0, "without it, before everything"
