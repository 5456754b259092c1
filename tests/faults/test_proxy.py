"""The proxy does to a connection what it says, so that a run without findings says something."""

import asyncio
import gc
import socket
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.proxy import Proxy, Stream, dial_narrowly
from tests.support.clients import PATIENCE

LONG = bytes(1_000_000)


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


@asynccontextmanager
async def proxied_echo() -> AsyncIterator[Proxy]:
    """A proxy before a server that answers what it is sent."""
    server = await asyncio.get_running_loop().create_server(_Echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Proxy(lambda: asyncio.open_connection("127.0.0.1", port)) as proxy:
        yield proxy


@asynccontextmanager
async def connected(proxy: Proxy) -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def echo(stream: Stream, data: bytes) -> bytes:
    """Send, and answer what comes back of the same length."""
    stream[1].write(data)
    async with asyncio.timeout(PATIENCE):
        return await stream[0].readexactly(len(data))


async def something_passes_elsewhere() -> None:
    """Time enough for what would pass."""
    async with proxied_echo() as other, connected(other) as stream:
        await echo(stream, LONG)


async def test_what_is_sent_passes_in_both_directions() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        assert await echo(stream, LONG) == LONG


async def test_an_end_passes() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        await echo(stream, b"hello")
        stream[1].write_eof()
        async with asyncio.timeout(PATIENCE):
            assert await stream[0].read() == b""


async def test_a_cut_resets_all_connections_and_new_ones_until_healed() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        await echo(stream, b"hello")
        await proxy.cut()
        with pytest.raises(ConnectionResetError):
            await echo(stream, b"hello")
        async with connected(proxy) as new:
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await echo(new, b"hello")
        proxy.heal()
        async with connected(proxy) as newer:
            assert await echo(newer, b"hello") == b"hello"


async def test_connections_are_dropped_and_new_ones_pass() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        await echo(stream, b"hello")
        await proxy.drop()
        with pytest.raises(ConnectionResetError):
            await echo(stream, b"hello")
        async with connected(proxy) as new:
            assert await echo(new, b"hello") == b"hello"


async def test_nothing_passes_a_stalled_proxy_and_all_of_it_when_healed() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        await echo(stream, b"hello")
        proxy.stall()
        async with connected(proxy) as new:
            answers = [asyncio.create_task(echo(each, b"late")) for each in (stream, new)]
            await something_passes_elsewhere()
            assert not any(answer.done() for answer in answers)
            proxy.heal()
            assert await asyncio.gather(*answers) == [b"late", b"late"]


async def test_what_passes_slowly_passes_whole() -> None:
    async with proxied_echo() as proxy, connected(proxy) as stream:
        proxy.slow(100)
        answer = asyncio.create_task(echo(stream, LONG))
        await something_passes_elsewhere()
        assert not answer.done()
        proxy.heal()
        assert await answer == LONG


async def test_a_connection_that_comes_as_the_proxy_ends_is_ended_too() -> None:
    """However far the proxy had come with it."""
    loop = asyncio.get_running_loop()
    for turns in range(8):
        async with proxied_echo() as proxy:
            client = socket.create_connection(("127.0.0.1", proxy.port))
            client.setblocking(False)
            for _ in range(turns):
                await asyncio.sleep(0)
        with client, suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                assert await loop.sock_recv(client, 1) == b""


async def test_a_way_to_nobody_leaves_no_socket_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    gc.collect()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with suppress(ConnectionRefusedError):
            await dial_narrowly(port)
        gc.collect()
    assert warned == []
