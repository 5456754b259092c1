"""The nemesis: breaks parts of the world for a while, in an order that follows from a seed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar

from tests.faults.recorder import Recorder
from tests.faults.writers import Unanswered

W = TypeVar("W")
"""A world."""

P = TypeVar("P")
"""What was created to find out whether it has recovered."""

LONGEST_RECOVERY = 30.0
"""Seconds after a fault has ended in which a new command must have been acknowledged."""

TOGETHER = 0.3
"""How often two faults of different places come at the same time."""


@dataclass(frozen=True)
class Kind(Generic[W]):
    """A kind of fault: where, how long, and what it does. It is over when its context is left."""

    place: str
    seconds: tuple[float, float]
    breaking: Callable[[W, Random], AbstractAsyncContextManager[None]]
    is_alone: bool = False
    """Whether it never comes together with another."""


@dataclass(frozen=True)
class Fault:
    """One thing to break: `seconds` long; `seed` chooses whatever else it leaves open."""

    kind: str
    seconds: float
    seed: int

    def __str__(self) -> str:
        return f"{self.kind} ({self.seconds:.1f} s)"


@dataclass(frozen=True)
class Step:
    """Faults that begin together, and what is waited for before the next."""

    faults: tuple[Fault, ...]
    pause: float
    is_awaited: bool
    """Whether everybody is to have come back."""


def steps(
    seed: int, faults: int, kinds: Mapping[str, Kind[Any]], awaited: float = 1.0
) -> list[Step]:
    """So many faults in all, of these kinds. Each comes as often as the others; so often everybody
    is to have come back after one."""
    random = Random(seed)
    deck: list[str] = []

    def draw() -> str:
        """The next kind; when all have been drawn they are shuffled anew."""
        if not deck:
            deck.extend(random.sample(list(kinds), len(kinds)))
        return deck.pop()

    plan = []
    while faults > 0:
        drawn = [draw()]
        if faults > 1 and random.random() < TOGETHER:
            other = draw()
            if _may_meet(kinds[drawn[0]], kinds[other]):
                drawn.append(other)
            else:
                deck.append(other)
        chosen = [
            Fault(kind, random.uniform(*kinds[kind].seconds), random.getrandbits(32))
            for kind in drawn
        ]
        plan.append(Step(tuple(chosen), random.uniform(0.0, 1.5), random.random() < awaited))
        faults -= len(chosen)
    return plan


def _may_meet(one: Kind[Any], other: Kind[Any]) -> bool:
    return one.place != other.place and not (one.is_alone or other.is_alone)


async def break_things(
    plan: list[Step],
    kinds: Mapping[str, Kind[W]],
    world: W,
    probe: Callable[[], Awaitable[P]],
    hear: Callable[[P], Awaitable[None]],
    recorder: Recorder,
) -> None:
    """Take the steps one after another, each when the world has recovered from the one before:
    when commands have been acknowledged, which is what `probe` waits for, and heard, which is what
    `hear` waits for where the step says so."""
    for step in plan:
        async with asyncio.TaskGroup() as together:
            for fault in step.faults:
                together.create_task(_break(fault, kinds[fault.kind], world, recorder))
        begin = recorder.now
        try:
            async with asyncio.timeout(LONGEST_RECOVERY):
                made = await probe()
        except (TimeoutError, Unanswered):
            what = " and ".join(map(str, step.faults))
            recorder.surprise(f"no command was acknowledged {LONGEST_RECOVERY} s after {what}")
        else:
            recorder.history.recoveries.append(recorder.now - begin)
            if step.is_awaited:
                await hear(made)
        await asyncio.sleep(step.pause)


async def _break(fault: Fault, kind: Kind[W], world: W, recorder: Recorder) -> None:
    recorder.history.faults.append(fault.kind)
    recorder.note("nemesis", f"{fault} begins", aloud=True)
    async with kind.breaking(world, Random(fault.seed)):
        await asyncio.sleep(fault.seconds)
    recorder.note("nemesis", f"{fault.kind} is over")
