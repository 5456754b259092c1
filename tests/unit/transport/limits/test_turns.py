"""Turns: who goes on next, and who has waited too long."""

import asyncio

import pytest

from domain.errors import Unavailable
from tests.support.clients import PATIENCE
from transport.limits.turns import Turns


async def test_who_asks_for_much_waits_for_it_and_nobody_else_does() -> None:
    turns, went_on = Turns(2), []

    async def go_on(user_id: str) -> None:
        async with turns.of(user_id):
            went_on.append(user_id)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for user_id in [*["noisy"] * 100, "light", "other", "light"]:
            tasks.create_task(go_on(user_id))
    assert len(went_on) == 103
    assert went_on[:2] == ["noisy", "noisy"]
    assert went_on[2:7] == ["noisy", "light", "other", "noisy", "light"]


async def test_who_has_waited_too_long_is_told_and_the_turn_is_not_lost() -> None:
    turns = Turns(1, patience=0.01)
    async with turns.of("alice"):
        with pytest.raises(Unavailable, match="too many"):
            async with turns.of("bob"):
                pass
    async with turns.of("bob"):
        pass


async def test_one_that_is_cancelled_as_its_turn_comes_gives_it_to_the_next() -> None:
    turns = Turns(1)
    await turns.begin("alice")
    cancelled, waiting = [asyncio.create_task(turns.begin("bob")) for _ in range(2)]
    await asyncio.sleep(0)
    turns.end()
    cancelled.cancel()
    async with asyncio.timeout(PATIENCE):
        await waiting
    assert cancelled.cancelled()
