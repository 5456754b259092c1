"""What breaks nodes and the ways between the parts, whichever world they are of: broken while the
context lasts, whole after it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from tests.faults.supervisor import Supervisor


class Way(Protocol):
    """A way that can be broken, and healed."""

    async def cut(self) -> None:
        """Nothing passes, and new connections fail at once."""

    def stall(self) -> None:
        """Nothing passes, and nobody is told."""

    def heal(self) -> None: ...


@asynccontextmanager
async def killed(nodes: Sequence[Supervisor]) -> AsyncIterator[None]:
    for node in nodes:
        await asyncio.to_thread(node.kill)
    yield
    await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))


@asynccontextmanager
async def cut(ways: Sequence[Way]) -> AsyncIterator[None]:
    for way in ways:
        await way.cut()
    yield
    for way in ways:
        way.heal()


@asynccontextmanager
async def stalled(ways: Sequence[Way]) -> AsyncIterator[None]:
    for way in ways:
        way.stall()
    yield
    for way in ways:
        way.heal()
