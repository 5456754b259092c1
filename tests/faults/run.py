"""A run: the world, its writers and its nemesis, from the first channel to the last word."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import httpx

from tests.faults import planted
from tests.faults.breaking import KINDS
from tests.faults.channel_lists import read_lists
from tests.faults.failover import read_epochs, read_log
from tests.faults.history import Create, History
from tests.faults.nemesis import Kind, break_things, steps
from tests.faults.recorder import Recorder
from tests.faults.subscribers import Subscriber
from tests.faults.supervisor import Supervisor
from tests.faults.world import WORKSPACES, world
from tests.faults.writers import Unanswered, Writer
from tests.support.background import eventually
from tests.support.clients import PATIENCE

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
    """Those that are kanal-clients; stock clients and readers of the feed listen beside them."""
    only: tuple[str, ...] = ()
    """These kinds of faults; all, where none is named."""
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


class World(Protocol):
    """What a run needs of a world; its nemesis knows more of it."""

    nodes: list[Supervisor]
    subscribers: list[Subscriber]

    @property
    def entrances(self) -> list[str]:
        """The URLs that writers choose from."""

    @property
    def database_url(self) -> str:
        """Past everything that may be broken."""


W = TypeVar("W", bound=World)


@dataclass(frozen=True)
class Scene(Generic[W]):
    """A world that is to be broken, and how."""

    opened: Callable[[Path, list[str], Plan, Recorder], AbstractAsyncContextManager[W]]
    """Opens it in a directory, for these users."""
    kinds: Mapping[str, Kind[W]]
    awaited: float = 1.0
    """How often all subscribers are to have come back from a fault before the next begins: else it
    may meet them on their way."""


FAULTS = Scene(
    lambda directory, users, plan, recorder: world(
        directory, users, plan.subscribers, recorder, seed=plan.seed, command=plan.command
    ),
    KINDS,
    awaited=0.75,
)
"""Two nodes, of which clients use one; the database has most of the faults."""


async def run(
    plan: Plan, watch: Callable[[str], None] = lambda _: None, *, scene: Scene[Any] = FAULTS
) -> History:
    """Everything that happened, for the checker; `watch` is told of the faults as they begin."""
    recorder = Recorder(watch)
    names = [f"writer-{number}" for number in range(plan.writers)]
    async with asyncio.timeout(plan.longest):
        with tempfile.TemporaryDirectory(prefix="kanal-faults-") as directory:
            users = [*names, STRANGER]
            async with scene.opened(Path(directory), users, plan, recorder) as there:
                await _live(plan, scene, there, names, recorder)
                recorder.history.log = log = await read_log(there.database_url)
                recorder.history.epochs = await read_epochs(there.database_url)
                upto = log[-1].position if log else 0
                try:
                    recorder.history.lists = await read_lists(
                        there.nodes[0].url, users, WORKSPACES, upto=upto
                    )
                except httpx.HTTPError as error:
                    recorder.surprise(f"no list in the end: {type(error).__name__}")
    return recorder.history


async def _live(
    plan: Plan, scene: Scene[W], there: W, names: list[str], recorder: Recorder
) -> None:
    def writer(name: str, *urls: str) -> Writer:
        return Writer(name, WORKSPACES, urls, recorder, f"{plan.seed} {name}")

    writers = [writer(name, *there.entrances) for name in names]
    probes = [writer(f"{PROBE}-{number}", node.url) for number, node in enumerate(there.nodes)]

    async def probe() -> list[Create]:
        asking = [each.create_one(workspace) for each in probes for workspace in WORKSPACES]
        return await asyncio.gather(*asking)

    async def hear(made: Sequence[Create]) -> None:
        begin = recorder.now
        await asyncio.gather(*(_until_back(each, made, recorder) for each in there.subscribers))
        recorder.history.returns.append(recorder.now - begin)

    stopped = asyncio.Event()
    kinds = {kind: scene.kinds[kind] for kind in plan.only or scene.kinds}
    async with asyncio.TaskGroup() as tasks:
        for each in writers:
            tasks.create_task(each.run(stopped))
        to_break = steps(plan.seed, plan.faults, kinds, scene.awaited)
        await break_things(to_break, kinds, there, probe, hear, recorder)
        stopped.set()
    recorder.note("run", "the faults are over; asking again for what got no answer", aloud=True)
    await asyncio.gather(*(each.settle() for each in [*writers, *probes]))
    try:
        for workspace in WORKSPACES:
            last = await probes[0].create_one(workspace)
            await asyncio.gather(
                *(_until_level(each, last, recorder) for each in there.subscribers)
            )
    except Unanswered:
        recorder.surprise("no command was acknowledged in the end")


async def _until_level(subscriber: Subscriber, last: Create, recorder: Recorder) -> None:
    """Wait for the last word; what it does not hear, the checker says."""
    try:
        await _until_heard(subscriber, last)
    except AssertionError:
        recorder.note(subscriber.name, "has not heard the last word")


async def _until_back(subscriber: Subscriber, made: Sequence[Create], recorder: Recorder) -> None:
    try:
        for each in made:
            within = subscriber.returns_within(each.made["position"])
            await _until_heard(subscriber, each, within=within)
    except AssertionError:
        recorder.surprise(f"{subscriber.name} has not come back")


async def _until_heard(subscriber: Subscriber, create: Create, *, within: float = PATIENCE) -> None:
    """Raises AssertionError."""
    await eventually(partial(subscriber.is_level, create), within=within)
