"""A balancer as small ones are: it asks each node whether it is ready, gives each connection to the
next node that was, and repeats nothing."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

import httpx

from tests.support.tcp_server import tcp_server

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
        self._asking = asyncio.create_task(self._ask())
        self._served = tcp_server(self._serve)
        self.url = f"http://127.0.0.1:{await self._served.__aenter__()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._asking.cancel()
        await asyncio.gather(self._asking, return_exceptions=True)
        await self._served.__aexit__(None, None, None)

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

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await self._pass_on(reader, writer)

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
