"""Appends to a primary that waits for a replica: nothing is seen before one has confirmed it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.errors import Unavailable
from tests.support.background import eventually
from tests.support.creation import create
from tests.support.node import Node, open_node
from tests.support.postgres import ask


@pytest.fixture
async def stoppable_node(stoppable_url: str) -> AsyncIterator[Node]:
    async with open_node(stoppable_url) as node:
        yield node


async def name_replica(url: str, name: str) -> None:
    """Let commits wait for a replica of that name; for none where it is empty."""
    await ask(url, f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    await ask(url, "SELECT pg_reload_conf()")


async def commits_wait(url: str) -> bool:
    """Whether they do by now: the server's processes read their settings one after the other."""
    try:
        async with asyncio.timeout(0.5):
            await ask(url, "SELECT pg_logical_emit_message(true, 'probe', '')::text")
    except TimeoutError:
        return True
    return False


async def test_what_no_replica_has_confirmed_is_not_visible_though_its_caller_has_given_up(
    stoppable_node: Node, stoppable_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = stoppable_node
    await create(node.commands, "before")
    # Quicker than 3.5 s, in which a busy machine may do other things.
    await ask(stoppable_url, "ALTER FUNCTION append_commands SET lock_timeout = '200ms'")
    await name_replica(stoppable_url, "away")
    await eventually(lambda: commits_wait(stoppable_url))
    monkeypatch.setattr("persistence.log.append_queue.STATEMENT_TIMEOUT", 2.0)
    try:
        with pytest.raises(Unavailable, match="not known whether"):
            await create(node.commands, "waits", idempotency_key="waits")
        assert await node.stored.head() == 2
        monkeypatch.setattr("persistence.log.append_queue.STATEMENT_TIMEOUT", 4.0)
        with pytest.raises(Unavailable, match="locked by an append before"):
            await create(node.commands, "waits for the lock")
        assert await node.stored.head() == 2
    finally:
        await name_replica(stoppable_url, "")

    async def is_there() -> bool:
        return await node.stored.head() == 4

    await eventually(is_there)
    assert not (await create(node.commands, "waits", idempotency_key="waits")).is_new
    await create(node.commands, "waits for the lock")
