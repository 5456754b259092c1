"""A balancer as small ones are: it asks each node whether it is ready, gives each connection to the
next node that was, and repeats nothing."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

import httpx

ASKS_EVERY = 0.05
"""Seconds."""


class Balancer:
    """Listens on a port of its own, before nodes with these URLs."""

    def __init__(self, nodes: Sequence[str], *, answer_within: float = 2) -> None:
        """A node that has said nothing for so many seconds is not ready."""
        self._answer_within = answer_within
        self._nodes = list(nodes)
        self.ready: list[str] = []
        """The nodes that were ready when they were asked last, the next in turn first."""

    async def __aenter__(self) -> Self:
        self._connections: set[asyncio.Task[None]] = set()
        self._asking = asyncio.create_task(self._ask())
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1_024)
        self.url = "http://{}:{}".format(*self._server.sockets[0].getsockname())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        tasks = [self._asking, *self._connections]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self) -> None:
        async with httpx.AsyncClient(timeout=self._answer_within) as http:
            while True:
                for node in self._nodes:
                    is_ready = False
                    with suppress(httpx.HTTPError):
                        answer = await http.get(f"{node}/health/ready")
                        is_ready = answer.status_code == 200
                    if is_ready and node not in self.ready:
                        self.ready.append(node)
                    elif not is_ready and node in self.ready:
                        self.ready.remove(node)
                await asyncio.sleep(ASKS_EVERY)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(OSError):
                await self._pass_on(reader, writer)
        finally:
            writer.close()
            self._connections.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Raises OSError where the node does not take the connection."""
        if not self.ready:
            return
        node = self.ready.pop(0)
        self.ready.append(node)
        place = urlsplit(node)
        from_node, to_node = await asyncio.open_connection(place.hostname, place.port)
        directions = [
            asyncio.ensure_future(_copy(reader, to_node)),
            asyncio.ensure_future(_copy(from_node, writer)),
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            to_node.close()
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            with suppress(OSError):
                await to_node.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
