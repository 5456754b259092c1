"""A balancer without affinity: each request goes to the next node, an upgrade as well."""

import asyncio
import itertools
import re
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from tests.support.tcp_server import tcp_server

LONGEST_DIAL = 1.0
"""Seconds until a node that says nothing is passed over."""


class RoundRobin:
    """Listens on a port of its own; `urls` are where the nodes listen, and may be changed.

    Upgrades go to those nodes too, unless there are `upgrades` for them.
    """

    def __init__(self, urls: Sequence[str], *, upgrades: Sequence[str] = ()) -> None:
        self.urls = list(urls)
        self.upgrades = list(upgrades)
        self.longest_upgrade: int | None = None
        """Bytes from the node after which an upgraded connection is cut, where it is."""
        self._turns = itertools.count()

    async def __aenter__(self) -> Self:
        self._served = tcp_server(self._serve)
        self.url = f"http://127.0.0.1:{await self._served.__aenter__()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._served.__aexit__(None, None, None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._pass_on(reader, writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request on, and all that follows where it becomes a WebSocket."""
        head = await reader.readuntil(b"\r\n\r\n")
        is_upgrade = re.search(rb"(?i)\r\nupgrade: *websocket", head) is not None
        if not is_upgrade:
            head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)
            head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        urls = self.upgrades if is_upgrade and self.upgrades else self.urls
        from_node, to_node = await self._connect(urls)
        try:
            to_node.write(head)
            longest = self.longest_upgrade if is_upgrade else None
            await _first(_pump(reader, to_node), _pump(from_node, writer, longest))
        finally:
            to_node.close()

    async def _connect(
        self, urls: Sequence[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the next node that takes one. Raises OSError where none does."""
        for _ in urls:
            place = urlsplit(urls[next(self._turns) % len(urls)])
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(LONGEST_DIAL):
                    return await asyncio.open_connection(place.hostname, place.port)
        raise OSError


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, longest: int | None = None
) -> None:
    """Pass on what comes, to its end or up to so many bytes."""
    passed = 0
    with suppress(OSError):
        while data := await reader.read(65_536):
            if longest is not None:
                data = data[: longest - passed]
            passed += len(data)
            writer.write(data)
            await writer.drain()
            if passed == longest:
                return


async def _first(*parts: Awaitable[None]) -> None:
    """Return when one of them has ended, and end the others."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
