"""Attempts are begun as fast as the event loop can do with, and in turn."""

import asyncio

import pytest

from transport.webhooks import pace
from transport.webhooks.pace import MOST, Pace


async def test_turns_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    of_node, begun = Pace(), list[int]()

    async def begin(number: int) -> None:
        await of_node.turn()
        begun.append(number)

    await asyncio.gather(*(begin(number) for number in range(100)))
    assert begun == list(range(100))


async def test_who_gives_up_waiting_takes_no_turn_from_others() -> None:
    of_node = Pace()
    waiting = [asyncio.create_task(of_node.turn()) for _ in range(50)]
    await asyncio.sleep(0)
    for each in waiting[:-1]:
        each.cancel()
    await waiting[-1]


async def test_a_loop_that_is_late_is_given_less_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LATE", 3_600.0)
    of_node, most = Pace(), [0]

    async def begin() -> None:
        """Counts how many turns are given between two looks at the loop."""
        await of_node.turn()
        most[-1] += 1

    async def begin_many(count: int) -> None:
        looking = asyncio.create_task(mark())
        await asyncio.gather(*(begin() for _ in range(count)))
        looking.cancel()

    async def mark() -> None:
        while True:
            await asyncio.sleep(pace.TICK)
            most.append(0)

    await begin_many(1_000)
    assert max(most) >= MOST / 2, "it may do more and more"
    monkeypatch.setattr(pace, "LATE", -1.0)  # as if it were always late
    await begin_many(20)
    most[:] = [0]
    await begin_many(50)
    assert max(most) <= 3
