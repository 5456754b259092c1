"""The limits: what an address and a user are asked to pay for, and who is refused."""

import asyncio
import time
from contextlib import suppress

import pytest

from domain.errors import Unavailable
from tests.support.tokens import SECRET, token
from transport.auth.claims import ClaimRules
from transport.auth.door import Door
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier
from transport.errors import RateLimited, Unauthenticated
from transport.limits.limits import AUTH_WINDOWS, Allowances, Limits
from transport.limits.rate import Rate
from transport.metrics import Metrics
from transport.node_report import NodeReport, metrics_text

HERE, THERE = "198.51.100.7", "203.0.113.9"
RATE = Rate(10, 3_600)
AT_ONCE = RATE.quota * AUTH_WINDOWS


def limits(**allowed: object) -> Limits:
    return Limits(Allowances(**allowed), Metrics())  # type: ignore[arg-type]


def test_clients_of_one_address_that_authenticate_cost_it_nothing() -> None:
    ours = limits(authentications=RATE)
    for _ in range(5 * AT_ONCE):
        ours.handshake(HERE)
        ours.give_back(HERE)


def test_clients_that_stay_silent_use_up_what_their_address_has_and_no_other() -> None:
    ours = limits(authentications=RATE)
    for _ in range(AT_ONCE):
        ours.handshake(HERE)
    with pytest.raises(RateLimited, match="from this address; try again in"):
        ours.handshake(HERE)
    ours.handshake(THERE)


async def test_tokens_that_are_refused_use_it_up_and_one_that_was_good_still_is() -> None:
    ours = limits(authentications=RATE)
    door = Door(TokenVerifier([secret_key(SECRET)]), ours)
    good, other, bad = token("alice"), token("bob"), token("alice", secret="x" * 32)
    await door.verify(good, HERE)
    for _ in range(AT_ONCE):
        with pytest.raises(Unauthenticated):
            await door.verify(bad, HERE)
    for refused in (bad, other):
        with pytest.raises(RateLimited):
            await door.verify(refused, HERE)
    assert (await door.verify(good, HERE)).actor.user_id == "alice"
    assert (await door.verify(other, THERE)).actor.user_id == "bob"


async def test_a_token_that_was_good_until_it_expired_counts_as_any_that_is_refused() -> None:
    ours = limits(authentications=RATE)
    door = Door(TokenVerifier([secret_key(SECRET)], ClaimRules(leeway=0)), ours)
    expired = token("alice", exp=time.time() + 0.05)
    await door.verify(expired, HERE)
    with pytest.raises(RateLimited):  # as soon as it has expired and used up the limit
        while True:
            with suppress(Unauthenticated):
                await door.verify(expired, HERE)


def test_a_user_who_authenticates_again_and_again_pays_for_it_from_wherever() -> None:
    ours = limits(authentications=RATE)
    for _ in range(AT_ONCE):
        ours.authentication("noisy")
    with pytest.raises(RateLimited, match="of this user"):
        ours.authentication("noisy")
    ours.authentication("light")


def test_commands_count_by_user() -> None:
    ours = limits(commands=Rate(2, 60))
    ours.command("noisy")
    ours.command("noisy")
    with pytest.raises(RateLimited) as error:
        ours.command("noisy")
    assert error.value.retry_after == 30
    ours.command("light")


def test_what_is_off_refuses_nobody() -> None:
    ours = limits()
    for _ in range(100_000):
        ours.command("noisy")
    for _ in range(2 * AT_ONCE):
        ours.handshake(HERE)
        ours.failed(HERE)
        ours.stranger(HERE)
        ours.authentication("noisy")


def test_a_connection_too_many_is_refused_of_the_node_and_of_a_user() -> None:
    ours = limits(connections=10, connections_of_user=3)
    ours.connection(others=9)
    with pytest.raises(Unavailable, match="this node"):
        ours.connection(others=10)
    ours.connection_of_user(others=2)
    with pytest.raises(RateLimited, match="too many connections of this user"):
        ours.connection_of_user(others=3)


def test_what_is_refused_is_counted_by_limit_alone() -> None:
    metrics = Metrics()
    ours = Limits(Allowances(commands=Rate(1, 60)), metrics)
    ours.command("a user who may be named")
    for _ in range(3):
        with pytest.raises(RateLimited):
            ours.command("a user who may be named")
    text = metrics_text({"": NodeReport([], [], {}, metrics.families())}).decode()
    assert 'kanal_refused_by_limit_total{limit="commands"} 3.0' in text
    assert "a user who" not in text


async def test_refusals_are_held_back_up_to_a_number_and_then_answered_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transport.limits.limits.HELD_FOR", {"commands": (3_600, 3_600)})
    monkeypatch.setattr("transport.limits.limits.MAX_HELD", 5)
    ours = limits()
    refused = RateLimited("why", policy="commands", quota=1, window=1, wait=1)
    held = [asyncio.create_task(ours.hold(refused)) for _ in range(5)]
    await asyncio.sleep(0)
    await ours.hold(refused)
    for each in held:
        each.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    assert not ours._held
