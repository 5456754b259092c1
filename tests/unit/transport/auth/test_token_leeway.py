"""A token's times and this service's clock: what they may be off, and what is said beyond that."""

import re
import time
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.tokens import SECRET, accepted, refused_token, token
from transport.auth import claims as transport_claims
from transport.auth import tokens as transport_tokens
from transport.auth.claims import ClaimRules
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier

NOW = 1_800_000_000.0
LEEWAY = 10.0


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The service's clock, which stands still: `time` answers what it is set to."""
    clock = SimpleNamespace(seconds=NOW)
    clock.time = lambda: clock.seconds
    for module in (transport_claims, transport_tokens):
        monkeypatch.setattr(module, "time", clock)
    return clock


def verifier(leeway: float = LEEWAY, **more: Any) -> TokenVerifier:
    return TokenVerifier([secret_key(SECRET)], ClaimRules(leeway=leeway, **more))


def at(**claims: Any) -> str:
    """A token with these times, and an exp far off where none is given."""
    return token(**{"exp": NOW + 3600, **claims})


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("ahead", [-3600, 0, 3, 9.5, LEEWAY])
async def test_a_token_of_a_clock_that_is_a_little_ahead_is_accepted(
    claim: str, ahead: float
) -> None:
    await accepted(verifier(), at(**{claim: NOW + ahead}))


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (LEEWAY + 0.001, "11 seconds"),
        (25, "25 seconds"),
        (86_400, "86400 seconds"),
        (1e300, "1e+300 seconds"),
    ],
)
async def test_one_that_is_too_far_ahead_is_told_by_how_much(
    claim: str, ahead: float, words: str
) -> None:
    refusal = await refused_token(verifier(), at(**{claim: NOW + ahead}))
    assert refusal.code == "token_invalid"
    assert refusal.message == (
        f"the access token is not valid: the claim '{claim}' is {words} ahead of this service's"
        " clock, and 10 are allowed"
    )


async def test_access_ends_with_the_leeway_and_not_before(now: SimpleNamespace) -> None:
    expired = at(exp=NOW)
    verifies = verifier()
    assert (await verifies.verify(expired)).expires_at == NOW + LEEWAY
    now.seconds = NOW + LEEWAY - 0.001
    await accepted(verifies, expired)
    await accepted(verifier(), expired)
    now.seconds = NOW + LEEWAY
    for each in (verifies, verifier()):  # one that has verified it before, and one that has not
        refusal = await refused_token(each, expired)
        assert refusal.code == "token_expired"
        assert refusal.message == (
            "the access token has expired: the claim 'exp' is 10 seconds behind this service's"
            " clock, and 10 are allowed"
        )


@pytest.mark.parametrize("exp", [NOW, NOW + 0.5, int(NOW) + 1])
@pytest.mark.parametrize("leeway", [0.0, 0.25, LEEWAY])
async def test_access_that_has_ended_is_not_given_again(
    now: SimpleNamespace, exp: float, leeway: float
) -> None:
    """Lest a socket whose token has just expired could authenticate with it again, for ever."""
    now.seconds = NOW - 1
    access = await verifier(leeway).verify(at(exp=exp))
    now.seconds = access.expires_at
    assert (await refused_token(verifier(leeway), at(exp=exp))).code == "token_expired"
    now.seconds = access.expires_at - 0.001
    await accepted(verifier(leeway), at(exp=exp))


async def test_without_leeway_nothing_may_be_off() -> None:
    strict = verifier(leeway=0)
    await accepted(strict, at(exp=NOW + 0.5, nbf=NOW, iat=NOW))
    for claims, code in (
        ({"exp": NOW}, "token_expired"),
        ({"nbf": NOW + 1}, "token_invalid"),
        ({"iat": NOW + 1}, "token_invalid"),
    ):
        refusal = await refused_token(strict, at(**claims))
        assert refusal.code == code
        assert re.search(r"clock$", refusal.message), refusal.message


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("odd", ["1800000000", "soon", [NOW], {"at": NOW}, True, float("inf")])
async def test_a_time_that_is_no_number_is_named(claim: str, odd: Any) -> None:
    refusal = await refused_token(verifier(), at(**{claim: odd}))
    assert refusal.code == "token_invalid"
    assert f"the claim '{claim}' must be a number of seconds" in refusal.message


async def test_the_clock_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (transport_claims, transport_tokens):
        monkeypatch.setattr(module, "time", time)
    await accepted(verifier(), token(ttl=-LEEWAY + 5, nbf=time.time() + LEEWAY - 5))
    assert (await refused_token(verifier(), token(ttl=-LEEWAY - 5))).code == "token_expired"


DAY = 86_400.0


@pytest.mark.parametrize(
    "times",
    [
        {"iat": NOW, "exp": NOW + DAY},
        {"iat": NOW - 60, "exp": NOW - 60 + DAY},
        {"exp": NOW + DAY},
        {"exp": NOW + DAY + LEEWAY},
    ],
)
async def test_a_token_is_good_for_the_longest_lifetime(times: dict[str, float]) -> None:
    await accepted(verifier(max_lifetime=DAY), at(**times))


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"iat": NOW, "exp": NOW + DAY + 1}, "86401 seconds after 'iat'"),
        ({"iat": NOW - DAY, "exp": NOW + 1}, "86401 seconds after 'iat'"),
        ({"iat": 0, "exp": NOW + 1}, "1800000001 seconds after 'iat'"),
        ({"exp": NOW + DAY + LEEWAY + 1}, "86401 seconds after this service's clock"),
    ],
)
async def test_one_that_is_good_for_longer_is_refused(times: dict[str, float], words: str) -> None:
    """Else it could outlive what is remembered of access that was taken back."""
    refusal = await refused_token(verifier(max_lifetime=DAY), at(**times))
    assert refusal.code == "token_invalid"
    assert refusal.message == (
        f"the access token is not valid: the claim 'exp' is {words},"
        " and KANAL_JWT_MAX_LIFETIME allows 86400 seconds"
    )
