"""What is done to the network is done to all of its ways, and what is done to one to no other."""

import asyncio

import pytest

from tests.faults.network import Network
from tests.faults.test_proxy import connected, echo, proxied_echo


async def test_a_network_is_cut_and_healed_as_a_whole() -> None:
    async with proxied_echo() as far, Network(lambda: dial(far.port)) as network:
        ways = [await network.open_way() for _ in range(2)]
        async with connected(ways[0]) as one, connected(ways[1]) as other:
            for stream in (one, other):
                await echo(stream, b"hello")
            await network.cut()
            for stream in (one, other):
                with pytest.raises(ConnectionResetError):
                    await echo(stream, b"hello")
        network.heal()
        for way in ways:
            async with connected(way) as stream:
                assert await echo(stream, b"hello") == b"hello"


async def test_one_way_is_dropped_and_the_others_are_not() -> None:
    async with proxied_echo() as far, Network(lambda: dial(far.port)) as network:
        ways = [await network.open_way() for _ in range(2)]
        async with connected(ways[0]) as one, connected(ways[1]) as other:
            for stream in (one, other):
                await echo(stream, b"hello")
            await ways[0].drop()
            with pytest.raises(ConnectionResetError):
                await echo(one, b"hello")
            assert await echo(other, b"hello") == b"hello"


async def dial(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)
