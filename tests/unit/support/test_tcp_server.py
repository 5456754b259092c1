"""A server of the tests leaves no connection behind, whenever it ends."""

import asyncio
import gc
import socket
import warnings
from contextlib import ExitStack, suppress

import pytest

from tests.support.tcp_server import tcp_server


@pytest.mark.parametrize("turns", range(4))
def test_a_connection_is_closed_however_shortly_before_the_end_it_came(turns: int) -> None:
    """A warning would be that of a later test."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(_knocked_at(turns))
        gc.collect()
    assert [str(warning.message) for warning in seen] == []


async def _knocked_at(turns: int) -> None:
    """Connect in each turn of the loop, from so many before the server's end on."""
    with ExitStack() as clients:

        async def knock(port: int) -> None:
            with suppress(ConnectionRefusedError):
                while True:
                    clients.enter_context(socket.create_connection(("127.0.0.1", port)))
                    await asyncio.sleep(0)

        async with tcp_server(_silent) as port:
            knocking = asyncio.create_task(knock(port))
            for _ in range(turns):
                await asyncio.sleep(0)
        await knocking


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()
