"""Fetching keys: as rarely as may be, anew when they rotate, and going on if nobody answers."""

import asyncio
import contextlib
import logging

import pytest

from domain.errors import Unavailable
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.clock import Clock
from tests.support.jwks import KeyServer, fetched_keys, key_server
from tests.support.keys import EC, RSA, jwk, rsa_key, signed
from tests.support.tokens import SECRET, accepted, invalid, token
from transport.auth import fetched_keys as transport_keys
from transport.auth.fetched_keys import COOLDOWN, LIFETIME, FetchedKeys, SourceState
from transport.auth.key_set import KeySet
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier
from transport.errors import ProviderFault

NEW_RSA = rsa_key()


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
    clock.forward(LIFETIME)
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    assert server.requests == 1


async def test_a_key_that_is_new_is_fetched_when_a_token_names_it(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    server.publish(jwk(RSA, kid="r"), jwk(NEW_RSA, kid="n"))
    clock.forward(COOLDOWN)
    await accepted(verifier, signed(NEW_RSA, "n"), signed(RSA, "r"))
    assert server.requests == 2


@pytest.mark.parametrize("key_id", [None, "any"])
async def test_a_key_without_an_id_that_was_replaced_is_fetched_when_a_token_needs_it(
    server: KeyServer, verifier: TokenVerifier, clock: Clock, key_id: str | None
) -> None:
    server.publish(jwk(RSA))
    await accepted(verifier, signed(RSA, key_id))
    server.publish(jwk(NEW_RSA))
    await invalid(verifier, signed(NEW_RSA, key_id))  # it was fetched just now
    clock.forward(COOLDOWN)
    await accepted(verifier, signed(NEW_RSA, key_id))
    await invalid(verifier, signed(RSA, key_id))
    assert server.requests == 2


async def test_a_key_with_an_id_is_not_asked_for_anew_by_what_it_has_not_signed(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    clock.forward(COOLDOWN)
    await invalid(verifier, signed(NEW_RSA, "r"))
    assert server.requests == 1


async def test_a_key_that_is_withdrawn_is_forgotten_though_nobody_asks(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_keys, "LIFETIME", 0.01)
    source = fetched_keys(server)
    verifier = TokenVerifier([source])
    await accepted(verifier, signed(RSA, "r"))
    server.publish(jwk(NEW_RSA, kid="n"))

    async def is_forgotten() -> bool:
        return source.known("RS256", "r") is None

    async with running(source.run()):
        await eventually(is_forgotten)
    await invalid(verifier, signed(RSA, "r"))
    await accepted(verifier, signed(NEW_RSA, "n"))


async def test_key_ids_that_are_made_up_cost_one_fetch_a_cooldown(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    made_up = [signed(RSA, f"made-up-{number}") for number in range(20)]
    await accepted(verifier, signed(RSA, "r"))
    for requests in (1, 2):
        await asyncio.gather(*(invalid(verifier, each) for each in made_up))
        await invalid(verifier, *made_up)
        assert server.requests == requests
        clock.forward(COOLDOWN)


async def test_a_key_id_that_is_made_up_keeps_nobody_waiting(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    await accepted(verifier, signed(RSA, "r"))
    clock.forward(COOLDOWN)
    server.hold()
    made_up = asyncio.create_task(invalid(verifier, signed(RSA, "made-up")))
    assert await asyncio.to_thread(server.asked.wait, PATIENCE)
    await accepted(verifier, signed(RSA, "r"), signed(EC, "e"))
    assert not made_up.done()
    server.release()
    await made_up


async def test_each_fetch_says_whether_it_has_brought_the_keys() -> None:
    brought, fetched = iter([None, KeySet(), None]), list[bool]()

    async def fetch() -> KeySet:
        if (keys := next(brought)) is None:
            raise ProviderFault("it is away")
        return keys

    keys = FetchedKeys("keys", fetch)
    keys.has_fetched = fetched.append
    for number, state in enumerate([SourceState.EMPTY, SourceState.CURRENT, SourceState.STALE], 1):

        async def has_fetched(number: int = number) -> bool:
            return len(fetched) == number

        async with running(keys.run()):
            await eventually(has_fetched)
        assert keys.state is state
    assert fetched == [False, True, False]


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


async def test_a_key_server_that_is_away_makes_tokens_unavailable_not_invalid(
    clock: Clock,
) -> None:
    with key_server() as gone:
        pass
    verifier = TokenVerifier([fetched_keys(gone), secret_key(SECRET)])
    for _ in range(2):
        with pytest.raises(Unavailable, match="keys that sign tokens cannot be fetched"):
            await verifier.verify(signed(RSA, "r"))
    await accepted(verifier, token())


async def test_fetched_keys_outlive_their_server(clock: Clock) -> None:
    with key_server() as server:
        server.publish(jwk(RSA, kid="r"))
        server.release()
        verifier = TokenVerifier([fetched_keys(server)])
        await accepted(verifier, signed(RSA, "r"))
    for _ in range(3):
        clock.forward(COOLDOWN)
        with pytest.raises(Unavailable):  # by then there may be such a key
            await verifier.verify(signed(NEW_RSA, "n"))
        await accepted(verifier, signed(RSA, "r"))
        await invalid(verifier, signed(NEW_RSA, "r"))


async def test_a_key_server_that_hangs_keeps_nobody_waiting_whose_key_is_known(
    server: KeyServer,
) -> None:
    """Neither a key of its own, nor of another source, nor while it is asked for all keys anew."""
    source = fetched_keys(server)
    verifier = TokenVerifier([secret_key(SECRET), source])
    await accepted(verifier, signed(RSA, "r"))
    server.hold()
    async with running(source.run()):
        assert await asyncio.to_thread(server.asked.wait, PATIENCE)
        await accepted(verifier, signed(RSA, "r"), signed(EC, "e"), token())
        assert server.requests == 2
        server.release()


async def test_a_source_is_empty_then_current_and_stale_while_its_fetches_fail(
    clock: Clock,
) -> None:
    outcomes: list[KeySet | Exception] = []

    async def fetch() -> KeySet:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    source = FetchedKeys("the test's key set", fetch)
    assert source.state == SourceState.EMPTY
    for outcome, state in (
        (ProviderFault("away"), SourceState.EMPTY),
        (KeySet(), SourceState.CURRENT),
        (ProviderFault("away"), SourceState.STALE),
        (RuntimeError("whatever else a document may cause"), SourceState.STALE),
        (KeySet(), SourceState.CURRENT),
    ):
        outcomes.append(outcome)
        with (
            contextlib.nullcontext() if state == SourceState.CURRENT else pytest.raises(Unavailable)
        ):
            assert await source.find("RS256", "r") is None
        assert source.state == state
        assert outcomes == []
        clock.forward(COOLDOWN)


async def test_what_is_wrong_with_a_key_server_is_said_once_and_so_is_its_return(
    server: KeyServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "transport")
    source = fetched_keys(server)
    usual = server.document
    for server.document in ({}, {}, usual, usual):
        with contextlib.suppress(Unavailable):
            await source.find("RS256", "unknown")
        clock.forward(COOLDOWN)
    assert [record.getMessage() for record in caplog.records] == [
        "the test's key set cannot be fetched: the key set is not one: it has no list of keys",
        "the test's key set can be fetched again",
    ]
