"""A run: the world, its writers and its nemesis, from the first channel to the last word."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from tests.faults import planted
from tests.faults.breaking import KINDS
from tests.faults.failover import read_log
from tests.faults.history import History, Recorder
from tests.faults.nemesis import break_things, steps
from tests.faults.subscribers import Subscriber
from tests.faults.world import WORKSPACES, World, world
from tests.faults.writers import Unanswered, Writer
from tests.support.background import eventually

STRANGER = "stranger"
"""A user who creates nothing, and so may see no private channel."""

PROBE = "probe"
"""The writers that find out whether the world has recovered, one for each node."""


@dataclass(frozen=True)
class Plan:
    """What a run is made of; its faults follow from the seed."""

    seed: int
    faults: int
    writers: int = 4
    subscribers: int = 6
    kinds: tuple[str, ...] = tuple(KINDS)
    plant: str | None = None
    """A fault of the product itself, for the checker to find."""

    @property
    def command(self) -> Sequence[str] | None:
        """What starts the service where a fault is planted in it."""
        if self.plant is None:
            return None
        return (sys.executable, "-m", planted.__name__, self.plant)

    @property
    def longest(self) -> float:
        """Seconds; far beyond what it takes where all is well."""
        return 120 + 60 * self.faults


async def run(plan: Plan, watch: Callable[[str], None] = lambda _: None) -> History:
    """Everything that happened, for the checker; `watch` is told of the faults as they begin."""
    recorder = Recorder(watch)
    names = [f"writer-{number}" for number in range(plan.writers)]
    async with asyncio.timeout(plan.longest):
        with tempfile.TemporaryDirectory(prefix="kanal-faults-") as directory:
            users = [*names, STRANGER]
            opened = world(Path(directory), users, plan.subscribers, recorder, command=plan.command)
            async with opened as there:
                await _live(plan, there, names, recorder)
                recorder.history.log = log = await read_log(there.databases.url)
                upto = log[-1].position if log else 0
                try:
                    recorder.history.lists = await there.read_lists(users, upto=upto)
                except httpx.HTTPError as error:
                    recorder.surprise(f"no list in the end: {type(error).__name__}")
    return recorder.history


async def _live(plan: Plan, there: World, names: list[str], recorder: Recorder) -> None:
    urls = [node.url for node in there.nodes]

    def writer(name: str, *urls: str) -> Writer:
        return Writer(name, WORKSPACES, urls, recorder, f"{plan.seed} {name}")

    writers = [writer(name, *urls) for name in names]
    probes = [writer(f"{PROBE}-{number}", url) for number, url in enumerate(urls)]

    async def probe() -> None:
        await asyncio.gather(*(each.create_one(WORKSPACES[0]) for each in probes))

    stopped = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for each in writers:
            tasks.create_task(each.run(stopped))
        await break_things(steps(plan.seed, plan.faults, plan.kinds), there, probe, recorder)
        stopped.set()
    recorder.note("run", "the faults are over; asking again for what got no answer", aloud=True)
    await asyncio.gather(*(each.settle() for each in [*writers, *probes]))
    try:
        for workspace in WORKSPACES:
            last = await probes[0].create_one(workspace)
            assert last.model is not None
            listening = [
                _until_level(each, last.model["id"], recorder)
                for each in there.subscribers
                if workspace in each.sight.workspaces
            ]
            await asyncio.gather(*listening)
    except Unanswered:
        recorder.surprise("no command was acknowledged in the end")


async def _until_level(subscriber: Subscriber, channel_id: str, recorder: Recorder) -> None:
    """Wait for the last word; what it does not hear, the checker says."""
    try:
        await eventually(partial(subscriber.is_level, channel_id))
    except AssertionError:
        recorder.note(subscriber.sight.name, "has not heard the last word")
