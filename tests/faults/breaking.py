"""What each kind of fault does to the world: broken while its context lasts, whole after it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random
from typing import TypeVar

from tests.faults.nemesis import Kind
from tests.faults.ways import cut, killed, stalled
from tests.faults.world import World
from tests.support.nats_server import programs

T = TypeVar("T")


@asynccontextmanager
async def _service_restarted(world: World, random: Random) -> AsyncIterator[None]:
    nodes = _some(world.nodes, random)
    await asyncio.gather(*(asyncio.to_thread(node.stop) for node in nodes))
    yield
    await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))


@asynccontextmanager
async def _postgres_killed(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.databases.primary.kill)
    yield
    await asyncio.to_thread(world.databases.primary.start)


@asynccontextmanager
async def _postgres_restarted(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.databases.primary.stop)
    yield
    await asyncio.to_thread(world.databases.primary.start)


@asynccontextmanager
async def _replica_promoted(world: World, random: Random) -> AsyncIterator[None]:
    """The replica falls behind, and takes the place of the primary without what it has missed."""
    await world.databases.fall_behind()
    await asyncio.sleep(random.uniform(0.1, 1.0))
    await world.databases.lose_primary()
    yield
    await world.databases.promote_replica()


@asynccontextmanager
async def _link_slowed(world: World, random: Random) -> AsyncIterator[None]:
    world.link.slow(random.randint(4_000, 100_000))
    yield
    world.link.heal()


@asynccontextmanager
async def _node_changed(world: World, _: Random) -> AsyncIterator[None]:
    """All clients find themselves at another node."""
    world.node = (world.node + 1) % len(world.nodes)
    await world.network.cut()
    yield
    world.network.heal()


@asynccontextmanager
async def _clients_dropped(world: World, random: Random) -> AsyncIterator[None]:
    for subscriber in _some(world.subscribers, random):
        await subscriber.drop()
    yield


@asynccontextmanager
async def _clients_frozen(world: World, random: Random) -> AsyncIterator[None]:
    frozen = _some(world.subscribers, random)
    for subscriber in frozen:
        subscriber.freeze()
    yield
    for subscriber in frozen:
        subscriber.thaw()


@asynccontextmanager
async def _tokens_expired(world: World, random: Random) -> AsyncIterator[None]:
    """Tokens that soon expire, on the live connection or on the next; or have done so already."""
    for subscriber in _some(world.subscribers, random):
        ttl = random.choice((-5.0, 1.0, 2.0))
        await subscriber.expire(ttl, is_live=ttl > 0 and random.random() < 0.5)
    yield


@asynccontextmanager
async def _relay_killed(world: World, _: Random) -> AsyncIterator[None]:
    assert world.relayed is not None
    await asyncio.to_thread(world.relayed.relay.kill)
    yield
    await asyncio.to_thread(world.relayed.relay.start)


@asynccontextmanager
async def _nats_killed(world: World, _: Random) -> AsyncIterator[None]:
    assert world.relayed is not None
    await asyncio.to_thread(world.relayed.server.kill)
    yield
    await asyncio.to_thread(world.relayed.server.start)


def _service_killed(world: World, random: Random) -> AbstractAsyncContextManager[None]:
    return killed(_some(world.nodes, random))


def _link_cut(world: World, _: Random) -> AbstractAsyncContextManager[None]:
    return cut([world.link])


def _link_stalled(world: World, _: Random) -> AbstractAsyncContextManager[None]:
    return stalled([world.link])


def _network_cut(world: World, _: Random) -> AbstractAsyncContextManager[None]:
    return cut([world.network])


def _some(all_: Sequence[T], random: Random) -> Sequence[T]:
    """One, some or all of them."""
    return random.sample(all_, random.randint(1, len(all_)))


KINDS = {
    "kill the service": Kind("service", (0.0, 2.0), _service_killed),
    "restart the service": Kind("service", (0.0, 1.0), _service_restarted),
    "kill Postgres": Kind("postgres", (0.0, 3.0), _postgres_killed),
    "restart Postgres": Kind("postgres", (0.0, 3.0), _postgres_restarted),
    "promote a replica": Kind("postgres", (0.0, 1.0), _replica_promoted),
    "cut the link": Kind("link", (0.0, 3.0), _link_cut),
    "stall the link": Kind("link", (1.0, 12.0), _link_stalled),
    "slow the link": Kind("link", (1.0, 4.0), _link_slowed),
    "cut the network": Kind("network", (0.0, 2.0), _network_cut),
    "change the node": Kind("network", (0.0, 1.0), _node_changed),
    "drop clients": Kind("clients", (0.0, 1.0), _clients_dropped),
    "freeze clients": Kind("clients", (1.0, 5.0), _clients_frozen),
    "expire tokens": Kind("clients", (1.0, 3.0), _tokens_expired),
}

if programs():
    KINDS["kill the relay"] = Kind("relay", (0.0, 2.0), _relay_killed)
    KINDS["kill nats-server"] = Kind("nats", (0.0, 2.0), _nats_killed)
