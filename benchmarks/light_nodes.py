"""Nodes without a transport, many in one process: each follows the log as a node does to whose
sockets everything is of concern, over connections of its own. It says `ready` once they do.

    python -m benchmarks.light_nodes DATABASE_URL COUNT [NATS_URL]
"""

import asyncio
import sys
from contextlib import AsyncExitStack

import uvloop

from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.following import StreamFollower
from tests.support.background import eventually, running
from tests.support.node import Node


async def _follow(stack: AsyncExitStack, database_url: str, nats_url: str | None) -> Node:
    node = Node(database_url)
    await node.database.open()
    stack.push_async_callback(node.database.close)
    subscription = node.subscription(after=await node.stored.head())

    async def listen() -> None:
        async for _ in subscription.pages():
            pass

    parts = [node.wakeup.run(), listen()]
    if nats_url is not None:
        stream = StreamFollower(
            NatsServers(nats_url), node.log, node.epochs, node.wakeup, node.source
        )
        parts.append(stream.run())
    await stack.enter_async_context(running(*parts))
    return node


async def main(database_url: str, count: str, nats_url: str | None = None) -> None:
    async with AsyncExitStack() as stack:
        nodes = [await _follow(stack, database_url, nats_url) for _ in range(int(count))]

        async def do_follow() -> bool:
            if nats_url is None:
                return all(node.wakeup.is_listening for node in nodes)
            return all(node.source.is_stream for node in nodes)

        await eventually(do_follow, within=60)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)  # until whoever started it goes


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
