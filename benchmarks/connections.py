"""How many connections a service says that it has: rows wait for those that they have ended."""

import asyncio
import re

import httpx

PATIENCE = 60.0

_CONNECTIONS = re.compile(r"^kanal_connections (\S+)", re.MULTILINE)


def metrics_client(url: str) -> httpx.AsyncClient:
    """Who asks a service; to make one takes longer than some of what is measured."""
    return httpx.AsyncClient(base_url=url, timeout=PATIENCE)


async def no_more_than(left: int, http: httpx.AsyncClient) -> None:
    """Wait until the service has no more than so many connections."""
    async with asyncio.timeout(PATIENCE):
        while True:
            metrics = (await http.get("/health/metrics")).text
            found = _CONNECTIONS.search(metrics)
            if found is not None and float(found[1]) <= left:
                return
            await asyncio.sleep(0.02)


async def all_gone(url: str) -> None:
    """Wait until the service has no connection."""
    async with metrics_client(url) as http:
        await no_more_than(0, http)
