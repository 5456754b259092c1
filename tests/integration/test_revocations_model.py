"""The read model of revocations: the latest of each user and workspace, whatever the log holds
beside, and the same when it is built anew."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
from eventsourcing.persistence import StoredEvent

from domain.access import AccessCommands, RevokedAccess
from domain.actor import OPERATE, Actor, Cause
from persistence.log.mapper import create_mapper
from projections.checking.verification import Verification
from projections.revocations.projection import RevocationsProjection
from projections.revocations.reader import RevocationReader
from projections.running.rebuild import rebuild
from tests.support.background import eventually, running
from tests.support.creation import create
from tests.support.node import Node

BY_OLGA = Cause(Actor("olga", {}, frozenset({OPERATE})), "a request")
EPOCH = datetime.fromtimestamp(0, UTC)


async def revoke(node: Node, user: str, workspace: str | None = None) -> RevokedAccess:
    return (await AccessCommands(node.log).revoke_access(BY_OLGA, user, workspace)).access


async def known(node: Node, *, since: datetime = EPOCH, upto: int) -> list[RevokedAccess]:
    reader = RevocationReader(node.database)

    async def is_level() -> bool:
        return (await reader.read(since=since)).position == upto

    await eventually(is_level)
    return (await reader.read(since=since)).revoked


async def test_the_latest_of_each_user_and_workspace_is_known_in_the_order_of_time(
    node: Node, admin: asyncpg.Connection
) -> None:
    runner = node.runner(RevocationsProjection())
    async with running(runner.run()):
        await runner.is_built.wait()
        await revoke(node, "bob")
        await create(node.commands, "general")
        first = await revoke(node, "bob", "demo")
        alice = await revoke(node, "alice", "demo")
        bob = await revoke(node, "bob")
        assert await known(node, upto=6) == [first, alice, bob]
        assert await known(node, since=alice.revoked_at, upto=6) == [alice, bob]
        just_after = alice.revoked_at + timedelta(microseconds=1)
        assert await known(node, since=just_after, upto=6) == [bob]
        await is_what_the_log_says(node)


async def test_of_two_nodes_whose_clocks_differ_the_later_time_holds(node: Node) -> None:
    runner = node.runner(RevocationsProjection())
    async with running(runner.run()):
        await runner.is_built.wait()
        later = await revoke(node, "bob")
        mapper = create_mapper()
        stored = mapper.to_stored_event((await node.whole_log())[0].event)
        text = later.revoked_at.isoformat()
        earlier = (later.revoked_at - timedelta(hours=1)).isoformat()
        state = stored.state.replace(text.encode(), earlier.encode())
        assert state != stored.state
        behind = StoredEvent(uuid4(), 1, stored.topic, state)
        await node.queue.append([behind], None)
        assert await known(node, upto=2) == [later]
        await is_what_the_log_says(node)


async def is_what_the_log_says(node: Node) -> None:
    """And so it is once it is built anew."""
    projection = RevocationsProjection()
    for _ in range(2):
        async with Verification.begin(node.database, node.log, projection) as verification:
            async for _ in verification.rebuild():
                pass
            comparison = await verification.compare()
        assert (comparison.differences, comparison.rows > 0) == ([], True)
        async for _ in rebuild(node.database, node.log, projection):
            pass
