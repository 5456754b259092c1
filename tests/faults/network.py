"""The network between clients and the service: a way for each client, broken one or all at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Self

from tests.faults.proxy import Proxy, Stream


class Network:
    """Each of its ways forwards connections over what `dial` opens."""

    def __init__(self, dial: Callable[[], Awaitable[Stream]], *, is_narrow: bool = False) -> None:
        self._dial = dial
        self._is_narrow = is_narrow
        self._ways: list[Proxy] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def open_way(self) -> Proxy:
        """One more, for one client."""
        way = await self._stack.enter_async_context(Proxy(self._dial, is_narrow=self._is_narrow))
        self._ways.append(way)
        return way

    async def cut(self) -> None:
        await asyncio.gather(*(way.cut() for way in self._ways))

    def stall(self) -> None:
        for way in self._ways:
            way.stall()

    def heal(self) -> None:
        for way in self._ways:
            way.heal()
