"""What the append queue measures: one observation for a batch, however many commands are in it."""

import asyncio

from prometheus_client import CollectorRegistry

from persistence.log.append_metrics import AppendMetrics
from persistence.log.append_queue import AppendQueue
from tests.support.background import running
from tests.support.events import stored_event
from tests.support.node import Node


async def test_a_batch_counts_once_with_its_commands_and_the_longest_wait(node: Node) -> None:
    registry = CollectorRegistry()
    queue = AppendQueue(node.database, node.wakeup, node.epochs, AppendMetrics(registry))

    def told(name: str) -> float | None:
        return registry.get_sample_value(f"kanal_append_{name}")

    users = [f"user {number}" for number in range(7)]
    waiting = [
        asyncio.create_task(queue.append([stored_event()], "demo", user_id=user)) for user in users
    ]
    await asyncio.sleep(0)  # each has come to wait
    assert queue.length == len(users)
    async with running(queue.run()):
        await asyncio.gather(*waiting)
        await queue.append([stored_event()], "demo")
    assert queue.length == 0
    assert told("batch_size_count") == told("wait_seconds_count") == told("seconds_count") == 2
    assert told("batch_size_sum") == len(users) + 1


async def test_the_pool_tells_who_has_its_connections_and_who_waits(node: Node) -> None:
    database = node.database
    before = database.load
    async with database.acquire():
        assert database.load.in_use == before.in_use + 1
    assert database.load.in_use == before.in_use
    assert database.load.size >= database.load.idle >= 1
