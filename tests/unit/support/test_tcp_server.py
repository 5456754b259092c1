"""A server of the tests leaves no connection behind, whenever it ends."""

import asyncio
import gc
import socket
import warnings

import pytest

from tests.support.tcp_server import tcp_server


@pytest.mark.parametrize("turns", range(8))
def test_a_connection_is_closed_however_long_ago_it_was_accepted(turns: int) -> None:
    """A warning would be that of a later test."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(_connected_for(turns))
        gc.collect()
    assert [str(warning.message) for warning in seen] == []


async def _connected_for(turns: int) -> None:
    with socket.socket() as client:
        async with tcp_server(_silent) as port:
            await asyncio.sleep(0)  # the listener is in the selector
            client.connect(("127.0.0.1", port))
            for _ in range(turns):
                await asyncio.sleep(0)


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()
