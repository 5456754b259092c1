"""Pacing: how many go on in one turn of the event loop, and who comes between."""

import asyncio
from collections import Counter

from transport.limits.pacing import Pacing


async def test_no_more_go_on_in_a_turn_than_may_and_all_do_in_order() -> None:
    pacing, per_turn, turn, went_on = Pacing(3), Counter[int](), 0, []

    async def go_on(number: int) -> None:
        await pacing.wait_for_turn()
        per_turn[turn] += 1
        went_on.append(number)

    callers = [asyncio.create_task(go_on(number)) for number in range(10)]
    while not all(caller.done() for caller in callers):
        turn += 1
        await asyncio.sleep(0)
    assert max(per_turn.values()) == 3
    assert went_on == list(range(10))


async def test_one_that_is_cancelled_gives_its_place_to_the_next() -> None:
    pacing = Pacing(1)
    first, second, third = [asyncio.create_task(pacing.wait_for_turn()) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await third
    assert first.cancelled() and second.cancelled()
