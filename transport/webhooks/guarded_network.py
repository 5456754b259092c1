"""The guarded network: httpcore's connections, each to an address that the destinations allow. The
name is resolved here alone, so it cannot lead elsewhere between the check and the use."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from transport.webhooks.destinations import Destinations

CONNECT_TIMEOUT = 5.0
"""Seconds for a connection, over all addresses of the name, without TLS."""

ADDRESS_TIMEOUT = 2.0
"""Seconds for an address while there is another to try."""

MAX_ADDRESSES = 8
"""Addresses that are tried."""


class GuardedNetwork(AsyncNetworkBackend):
    """Connects for URLs of one scheme."""

    def __init__(self, destinations: Destinations, *, scheme: str) -> None:
        self._destinations = destinations
        self._scheme = scheme
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Raises NotAllowed, httpcore's ConnectError and ConnectTimeout."""
        options = None if socket_options is None else list(socket_options)

        async def connect(address: str, within: float | None) -> AsyncNetworkStream:
            return await self._network.connect_tcp(address, port, within, local_address, options)

        try:
            addresses = await self._destinations.addresses(host, port, scheme=self._scheme)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name of its host is not known") from error
        *others, last = addresses[:MAX_ADDRESSES]
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT if timeout is None else timeout):
                for address in others:
                    with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                        return await connect(address, ADDRESS_TIMEOUT)
                return await connect(last, None)
        except TimeoutError:
            raise httpcore.ConnectTimeout("it accepts no connection") from None
