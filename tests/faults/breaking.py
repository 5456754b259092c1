"""What each kind of fault does to the world: broken while its context lasts, whole after it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random

from tests.faults.subscribers import Subscriber
from tests.faults.world import World


@dataclass(frozen=True)
class Kind:
    """A kind of fault: where, how long, and what it does. It is over when its context is left."""

    place: str
    seconds: tuple[float, float]
    breaking: Callable[[World, Random], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _service_killed(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.service.kill)
    yield
    await asyncio.to_thread(world.service.start)


@asynccontextmanager
async def _service_restarted(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.service.stop)
    yield
    await asyncio.to_thread(world.service.start)


@asynccontextmanager
async def _postgres_killed(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.postgres.kill)
    yield
    await asyncio.to_thread(world.postgres.start)


@asynccontextmanager
async def _postgres_restarted(world: World, _: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(world.postgres.stop)
    yield
    await asyncio.to_thread(world.postgres.start)


@asynccontextmanager
async def _link_cut(world: World, _: Random) -> AsyncIterator[None]:
    await world.link.cut()
    yield
    world.link.heal()


@asynccontextmanager
async def _link_stalled(world: World, _: Random) -> AsyncIterator[None]:
    world.link.stall()
    yield
    world.link.heal()


@asynccontextmanager
async def _link_slowed(world: World, random: Random) -> AsyncIterator[None]:
    world.link.slow(random.randint(4_000, 100_000))
    yield
    world.link.heal()


@asynccontextmanager
async def _network_cut(world: World, _: Random) -> AsyncIterator[None]:
    await world.network.cut()
    yield
    world.network.heal()


@asynccontextmanager
async def _clients_dropped(world: World, random: Random) -> AsyncIterator[None]:
    for subscriber in _some(world, random):
        subscriber.drop()
    yield


@asynccontextmanager
async def _clients_frozen(world: World, random: Random) -> AsyncIterator[None]:
    frozen = _some(world, random)
    for subscriber in frozen:
        subscriber.freeze()
    yield
    for subscriber in frozen:
        subscriber.thaw()


@asynccontextmanager
async def _tokens_expired(world: World, random: Random) -> AsyncIterator[None]:
    """Tokens that soon expire, on the live connection or on the next; or have done so already."""
    for subscriber in _some(world, random):
        ttl = random.choice((-5.0, 1.0, 2.0))
        if ttl > 0 and random.random() < 0.5:
            await subscriber.authenticate(ttl)
        else:
            subscriber.bring(ttl)
            subscriber.drop()
    yield


def _some(world: World, random: Random) -> Sequence[Subscriber]:
    """One, some or all of the subscribers."""
    return random.sample(world.subscribers, random.randint(1, len(world.subscribers)))


KINDS = {
    "kill the service": Kind("service", (0.0, 2.0), _service_killed),
    "restart the service": Kind("service", (0.0, 1.0), _service_restarted),
    "kill Postgres": Kind("postgres", (0.0, 3.0), _postgres_killed),
    "restart Postgres": Kind("postgres", (0.0, 3.0), _postgres_restarted),
    "cut the link": Kind("link", (0.0, 3.0), _link_cut),
    "stall the link": Kind("link", (1.0, 8.0), _link_stalled),
    "slow the link": Kind("link", (1.0, 4.0), _link_slowed),
    "cut the network": Kind("network", (0.0, 2.0), _network_cut),
    "drop clients": Kind("clients", (0.0, 1.0), _clients_dropped),
    "freeze clients": Kind("clients", (1.0, 5.0), _clients_frozen),
    "expire tokens": Kind("clients", (1.0, 3.0), _tokens_expired),
}
