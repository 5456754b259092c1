"""Stock clients that connect once, as a page of the service's own host does."""

import asyncio

from tests.support.clients import js_client
from tests.support.tokens import token


async def connects(url: str, transports: list[str] | None, **options: str) -> None:
    """A stock client on a page of that host does, and changes over to the WebSocket."""
    async with js_client(
        url,
        auth={"token": token()},
        transports=transports,
        reconnection=False,
        rejectUnauthorized=False,
        extraHeaders={"Origin": url},
        **options,
    ) as client:
        await client.event("auth-success")
        if transports is None:
            await client.kind("upgrade")
        assert not [heard for heard in client.heard if heard.kind == "connect_error"]


async def connects_over_each_transport(url: str) -> None:
    await asyncio.gather(*(connects(url, each) for each in (None, ["polling"], ["websocket"])))
