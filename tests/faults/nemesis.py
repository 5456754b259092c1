"""The nemesis: breaks parts of the world for a while, in an order that follows from a seed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.faults.breaking import KINDS
from tests.faults.history import Recorder
from tests.faults.world import World
from tests.faults.writers import Unanswered

LONGEST_RECOVERY = 30.0
"""Seconds after a fault has ended in which a new command must have been acknowledged."""

TOGETHER = 0.3
"""How often two faults of different places come at the same time."""


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
    """Faults that begin together, and the pause after them."""

    faults: tuple[Fault, ...]
    pause: float


def steps(seed: int, faults: int, kinds: Sequence[str] = tuple(KINDS)) -> list[Step]:
    """So many faults in all, of these kinds. Each comes as often as the others."""
    random = Random(seed)
    deck: list[str] = []

    def draw() -> str:
        """The next kind; when all have been drawn they are shuffled anew."""
        if not deck:
            deck.extend(random.sample(kinds, len(kinds)))
        return deck.pop()

    plan = []
    while faults > 0:
        drawn = [draw()]
        if faults > 1 and random.random() < TOGETHER:
            other = draw()
            if KINDS[other].place != KINDS[drawn[0]].place:
                drawn.append(other)
            else:
                deck.append(other)
        chosen = [
            Fault(kind, random.uniform(*KINDS[kind].seconds), random.getrandbits(32))
            for kind in drawn
        ]
        plan.append(Step(tuple(chosen), random.uniform(0.0, 1.5)))
        faults -= len(chosen)
    return plan


async def break_things(
    plan: list[Step], world: World, probe: Callable[[], Awaitable[object]], recorder: Recorder
) -> None:
    """Take the steps one after another, each when the world has recovered from the one before:
    when a command has been acknowledged, which is what `probe` waits for."""
    for step in plan:
        async with asyncio.TaskGroup() as together:
            for fault in step.faults:
                together.create_task(_break(fault, world, recorder))
        await _recover(" and ".join(map(str, step.faults)), probe, recorder)
        await asyncio.sleep(step.pause)


async def _break(fault: Fault, world: World, recorder: Recorder) -> None:
    recorder.history.faults.append(fault.kind)
    recorder.note("nemesis", f"{fault} begins", aloud=True)
    async with KINDS[fault.kind].breaking(world, Random(fault.seed)):
        await asyncio.sleep(fault.seconds)
    recorder.note("nemesis", f"{fault.kind} is over")


async def _recover(faults: str, probe: Callable[[], Awaitable[object]], recorder: Recorder) -> None:
    begin = recorder.now
    try:
        async with asyncio.timeout(LONGEST_RECOVERY):
            await probe()
    except (TimeoutError, Unanswered):
        recorder.surprise(f"no command was acknowledged {LONGEST_RECOVERY} s after {faults}")
    recorder.history.recoveries.append(recorder.now - begin)
