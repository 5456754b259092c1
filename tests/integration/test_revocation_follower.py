"""What a node knows of access that was taken back: it begins with the read model, follows the log,
and lets nobody in while it does not know."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import asyncpg
import pytest

from domain.access import AccessCommands
from domain.actor import OPERATE, Actor, Cause, Role
from domain.errors import Unavailable
from domain.event_log import UndecodableEvent
from persistence.log.mapper import create_mapper
from projections.revocations.projection import RevocationsProjection
from tests.support.background import eventually, running
from tests.support.creation import create
from tests.support.events import stored_event
from tests.support.following import Following
from tests.support.node import Node
from tests.support.rewinding import LOSE_THE_END, look_again

BY_OLGA = Cause(Actor("olga", {}, frozenset({OPERATE})), "a request")


@pytest.fixture
def following(node: Node) -> Following:
    return Following(node)


@pytest.fixture
async def model_is_kept(node: Node) -> AsyncIterator[None]:
    runner = node.runner(RevocationsProjection())
    async with running(runner.run()):
        await runner.is_built.wait()
        yield


async def test_nobody_is_let_in_until_all_up_to_the_head_are_known(
    node: Node, following: Following
) -> None:
    await following.access.revoke_access(BY_OLGA, "bob")
    async with running(following.follower.run(1)):
        with pytest.raises(Unavailable):
            await following.is_refused("alice")
        async with running(node.runner(RevocationsProjection()).run()):
            await following.follower.is_level.wait()
        assert await following.is_refused("bob")
        assert not await following.is_refused("alice")


@pytest.mark.usefixtures("model_is_kept")
async def test_it_goes_on_from_the_model_with_the_log(
    node: Node, second_node: Node, following: Following
) -> None:
    await following.access.revoke_access(BY_OLGA, "bob")
    async with following.level(1):
        await AccessCommands(second_node.log).revoke_access(BY_OLGA, "carol", "demo")
        await AccessCommands(second_node.log).revoke_access(BY_OLGA, "dave")
        await following.refuses("dave")
        assert "carol" in following.revisited
        left = following.revocations.admit(Actor("carol", {"demo": Role.USER, "b": Role.USER}))
        assert left.roles.keys() == {"b"}


@pytest.mark.usefixtures("model_is_kept")
async def test_what_a_page_takes_back_has_ended_before_the_page_is_told(
    node: Node, following: Following
) -> None:
    async with following.level(0):
        for number in range(20):
            position = (await following.access.revoke_access(BY_OLGA, f"user-{number}")).position
            page = await following.follower.read_behind(after=position - 1, limit=10)
            assert page
            assert await following.is_refused(f"user-{number}")


@pytest.mark.usefixtures("model_is_kept")
async def test_whoever_is_behind_it_waits_until_it_has_read_something(
    second_node: Node, following: Following
) -> None:
    async with following.level(0):
        page = asyncio.create_task(following.follower.read_behind(after=0, limit=10))
        await asyncio.sleep(0)
        await AccessCommands(second_node.log).revoke_access(BY_OLGA, "bob")
        assert [each.position for each in await page] == [1]


@pytest.mark.usefixtures("model_is_kept")
async def test_an_event_of_a_newer_version_does_not_stop_it(
    node: Node, following: Following
) -> None:
    """Commands and queries go on there, and tokens are asked for at each of them."""
    async with following.level(0):
        await create(node.commands, "general")
        await node.queue.append([stored_event()], "demo")
        await node.queue.append([stored_event()], "demo")
        await following.access.revoke_access(BY_OLGA, "bob")
        await following.refuses("bob")
        assert not await following.is_refused("alice")


@pytest.mark.usefixtures("model_is_kept")
async def test_one_that_begins_beyond_such_an_event_knows_all_the_same(
    node: Node, following: Following
) -> None:
    await following.access.revoke_access(BY_OLGA, "bob")
    await node.queue.append([stored_event()], "demo")
    await following.access.revoke_access(BY_OLGA, "carol")
    async with following.level(3):
        assert await following.is_refused("bob")
        assert await following.is_refused("carol")


@pytest.mark.usefixtures("model_is_kept")
async def test_a_revocation_that_cannot_be_read_lets_nobody_in_any_more(
    node: Node, following: Following
) -> None:
    """It may be anybody's."""
    at = await following.access.revoke_access(BY_OLGA, "bob")
    following_on = asyncio.create_task(following.follower.run(at.position))
    await following.follower.is_level.wait()
    newer: Any = create_mapper().to_stored_event((await node.whole_log())[0].event)
    newer = type(newer)(
        stored_event().originator_id, 1, newer.topic, newer.state[:-1] + b',"class_version":2}'
    )
    await node.queue.append([newer], None)
    with pytest.raises(UndecodableEvent, match=r"'access\.revoked'"):
        await following_on
    with pytest.raises(UndecodableEvent, match=r"'access\.revoked'"):
        await following.is_refused("alice")


async def test_what_a_rewound_log_has_lost_is_not_in_force_any_more(
    node: Node, admin: asyncpg.Connection, following: Following
) -> None:
    await following.access.revoke_access(BY_OLGA, "bob")
    await following.access.revoke_access(BY_OLGA, "carol")
    async with running(node.runner(RevocationsProjection()).run()), following.level(2):
        assert await following.is_refused("carol")
        await eventually(lambda: _reflects(admin, 2))
    await admin.execute(LOSE_THE_END.format(1))
    await look_again(node)
    assert node.changes
    node.log.forget()
    following.follower.forget()
    with pytest.raises(Unavailable):
        await following.is_refused("alice")
    async with running(node.runner(RevocationsProjection()).run()), following.level(1):
        assert await following.is_refused("bob")
        assert not await following.is_refused("carol")


async def _reflects(admin: asyncpg.Connection, position: int) -> bool:
    found = await admin.fetchval("SELECT position FROM checkpoints WHERE name = 'revocations'")
    return cast(int | None, found) == position
