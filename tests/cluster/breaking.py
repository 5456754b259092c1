"""What each kind of fault does to a cluster: broken while its context lasts, whole after it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random
from typing import TypeVar

from tests.cluster.world import WORKERS, Cluster, cluster
from tests.faults.history import Restart
from tests.faults.nemesis import Kind
from tests.faults.run import Scene
from tests.faults.ways import Way, cut, killed, stalled
from tests.support.background import eventually

T = TypeVar("T")

LONGEST_UPGRADE = 600
"""Bytes that a node sends over an upgraded connection until it is cut: those are its answer to the
upgrade, its pong, and the beginning of what waited."""

LONGEST_REPLACEMENT = 60.0
"""Seconds in which all workers must have given way to others; each may take its time to leave."""


@asynccontextmanager
async def _nodes_paused(world: Cluster, random: Random) -> AsyncIterator[None]:
    nodes = _some(world.nodes, random)
    for node in nodes:
        node.pause()
    yield
    for node in nodes:
        node.go_on()


@asynccontextmanager
async def _nodes_unplugged(world: Cluster, random: Random) -> AsyncIterator[None]:
    unplugged = _some(range(len(world.nodes)), random)
    for number in unplugged:
        world.unplug(number)
    yield
    for number in unplugged:
        world.plug_in(number)


@asynccontextmanager
async def _nodes_restarted(world: Cluster, random: Random) -> AsyncIterator[None]:
    async with _unnoticed(world):
        for node in random.sample(world.nodes, len(world.nodes)):
            await asyncio.to_thread(node.stop)
            await asyncio.to_thread(node.start)
            await eventually(world.all_are_ready)
        yield


@asynccontextmanager
async def _workers_replaced(world: Cluster, _: Random) -> AsyncIterator[None]:
    node = world.nodes[-1]
    wanted = node.times_replaced + WORKERS

    async def are_replaced() -> bool:
        return node.times_replaced == wanted

    async with _unnoticed(world):
        node.replace_workers()
        await eventually(are_replaced, within=LONGEST_REPLACEMENT)
        yield


@asynccontextmanager
async def _unnoticed(world: Cluster) -> AsyncIterator[None]:
    """While this lasts no create may fail at an entrance that is steady."""
    await eventually(world.all_are_ready)
    begin = world.recorder.now
    yield
    restart = Restart(tuple(world.steady), begin, world.recorder.now)
    world.recorder.history.restarts.append(restart)


@asynccontextmanager
async def _upgrades_cut(world: Cluster, random: Random) -> AsyncIterator[None]:
    """All clients come anew, and their upgrades get no further than somewhere."""
    world.round_robin.longest_upgrade = random.randint(1, LONGEST_UPGRADE)
    await world.network.cut()
    world.network.heal()
    yield
    world.round_robin.longest_upgrade = None


def _nodes_killed(world: Cluster, random: Random) -> AbstractAsyncContextManager[None]:
    return killed(_some(world.nodes, random))


def _ways_cut(world: Cluster, random: Random) -> AbstractAsyncContextManager[None]:
    return cut(_some_ways(world, random))


def _ways_stalled(world: Cluster, random: Random) -> AbstractAsyncContextManager[None]:
    return stalled(_some_ways(world, random))


def _links_cut(world: Cluster, random: Random) -> AbstractAsyncContextManager[None]:
    return cut(_some(world.links, random))


def _links_stalled(world: Cluster, random: Random) -> AbstractAsyncContextManager[None]:
    return stalled(_some(world.links, random))


def _network_cut(world: Cluster, _: Random) -> AbstractAsyncContextManager[None]:
    return cut([world.network])


def _network_stalled(world: Cluster, _: Random) -> AbstractAsyncContextManager[None]:
    return stalled([world.network])


def _some_ways(world: Cluster, random: Random) -> Sequence[Way]:
    return random.sample(world.ways, random.randint(1, len(world.ways)))


def _some(all_: Sequence[T], random: Random) -> Sequence[T]:
    """One or more of them, and not all."""
    return random.sample(all_, random.randint(1, len(all_) - 1))


KINDS = {
    "kill nodes": Kind("nodes", (0.0, 2.0), _nodes_killed),
    "pause nodes": Kind("nodes", (0.5, 5.0), _nodes_paused),
    "pause nodes until they are given up": Kind("nodes", (6.5, 12.0), _nodes_paused),
    "unplug nodes": Kind("nodes", (0.5, 10.0), _nodes_unplugged, is_alone=True),
    "restart nodes in turn": Kind("nodes", (0.0, 0.5), _nodes_restarted, is_alone=True),
    "replace workers": Kind("nodes", (0.0, 0.5), _workers_replaced, is_alone=True),
    "cut nodes from each other": Kind("ways", (0.5, 8.0), _ways_cut),
    "stall nodes from each other": Kind("ways", (0.5, 10.0), _ways_stalled),
    "cut nodes from Postgres": Kind("links", (0.5, 8.0), _links_cut),
    "stall nodes from Postgres": Kind("links", (0.5, 12.0), _links_stalled),
    "cut the network": Kind("network", (0.0, 2.0), _network_cut),
    "stall the network": Kind("network", (0.5, 4.0), _network_stalled),
    "cut upgrades": Kind("network", (1.0, 4.0), _upgrades_cut),
}

CLUSTER = Scene(cluster, KINDS)
"""Three nodes; clients have all of them, and are to have come back after each fault."""
