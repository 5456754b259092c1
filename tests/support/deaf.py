"""A way to a server whose answers can be made to get lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.proxy import CHUNK, Proxy


class DeafProxy(Proxy):
    """While it is deaf, what is sent arrives, and what is answered does not."""

    is_deaf = False
    lost = b""
    """What was answered meanwhile."""

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        to_client = sink.get_extra_info("sockname")[1] == self.port
        while data := await source.read(CHUNK):
            if to_client and self.is_deaf:
                self.lost += data
            else:
                sink.write(data)
                await sink.drain()


@asynccontextmanager
async def deaf_way(port: int) -> AsyncIterator[DeafProxy]:
    """To a port of this machine."""
    async with DeafProxy(lambda: asyncio.open_connection("127.0.0.1", port)) as proxy:
        yield proxy
