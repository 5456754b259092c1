"""The connection to NATS, as the relay and those who follow its stream use it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.errors import Error as NatsError

from persistence.jetstream.credentials import NatsServers

CONNECT_TIMEOUT = 2
"""Seconds for each server."""

PING_INTERVAL = 2
"""Seconds; a server that has not answered two of them is given up."""

CLOSE_TIMEOUT = 2.0
"""Seconds."""

NATS_AWAY = (NatsError, OSError, TimeoutError)
"""What says that a server cannot be reached or used just now."""


@asynccontextmanager
async def connection_to(
    servers: NatsServers | str, lost: Callable[[], None]
) -> AsyncIterator[Client]:
    """A connection to one of the servers; `lost` is called once it is. It does not come back:
    whoever uses it begins anew, and has nothing in between to reckon with.

    Raises NATS_AWAY, and ValueError where what the servers are to be shown cannot be read.
    """
    if isinstance(servers, str):
        servers = NatsServers(servers)
    refusal: list[Exception] = []

    async def closed() -> None:
        lost()

    async def failed(error: Exception) -> None:
        refusal.append(error)

    client = Client()
    options = servers.options(lambda: bool(client._server_info.get("tls_required")))
    try:
        try:
            await client.connect(
                servers.places,
                name="kanal",
                allow_reconnect=False,
                max_reconnect_attempts=1,  # of each server; with 0 it would never give up
                reconnect_time_wait=0,
                connect_timeout=CONNECT_TIMEOUT,
                ping_interval=PING_INTERVAL,
                closed_cb=closed,
                error_cb=failed,
                **options,
            )
        except NatsError as error:
            raise (refusal[-1] if refusal else error) from None
        yield client
    finally:
        # It may wait for ever after a connection that was never there (seen with nats-py 2.16.0).
        with suppress(*NATS_AWAY):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await client.close()


def in_words(error: BaseException) -> str:
    """What went wrong with a server, for a line of the log."""
    text = " ".join(str(error).removeprefix("nats: ").split())
    return text or type(error).__name__
