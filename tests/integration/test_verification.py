"""A read model is a function of the log: rebuilt it equals the live one, and where it does not, a
verification shows the rows."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from random import Random

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actor import Cause
from domain.errors import Conflict
from persistence.log.mapper import create_mapper
from projections.channel_list.projection import ChannelListProjection
from projections.checking.verification import Comparison, Verification
from projections.registry import create_projections
from projections.running.projection import Projection
from projections.running.rebuild import Progress, rebuild
from tests.support.background import running
from tests.support.channel_list import all_pages, list_rows, visible
from tests.support.clients import PATIENCE
from tests.support.creation import ALICE, create
from tests.support.lives import Lives
from tests.support.node import Node, open_node
from tests.support.postgres import OUR_LOCKS, create_database

WORKSPACES = ("demo", "Отдел 7")


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.running.rebuild.PAGE_SIZE", 13)
    monkeypatch.setattr("projections.running.rebuild.SWITCH_DISTANCE", 5)


async def verified(node: Node, projection: Projection) -> Comparison:
    async with Verification.begin(node.database, node.log, projection) as verification:
        async for _ in verification.rebuild():
            pass
        return await verification.compare()


def lives_of(node: Node) -> Lives:
    return Lives([node.commands], names=("general", "Straße", "🙂"), workspaces=WORKSPACES)


HISTORIES = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@HISTORIES
@given(seed=st.integers(0, 2**32), callers=st.integers(1, 8), commands=st.integers(0, 25))
def test_every_model_of_any_history_is_what_the_log_says(
    postgres_url: str, seed: int, callers: int, commands: int
) -> None:
    async def check() -> None:
        async with open_node(create_url) as node:
            projections = create_projections(create_mapper())
            runners = [node.runner(projection) for projection in projections]
            async with running(*(runner.run() for runner in runners)):
                for runner in runners:
                    await runner.is_built.wait()
                await lives_of(node).live(callers=callers, commands=commands, seed=seed)
                await make_long(node)
                await node.list_reached(await node.stored.head())
                for projection in projections:
                    assert (await verified(node, projection)).differences == []

    create_url = create_database(postgres_url)
    asyncio.run(check())


async def make_long(node: Node) -> None:
    """A channel with enough events for snapshots, while the runners write."""
    channel = (await create(node.commands, "long", is_private=True)).at.channel
    for number in range(230):
        channel.add_member(Cause(ALICE, "a request"), f"user-{number}", None)
        if number % 50 == 0:
            await node.log.append(channel.collect_events(), "demo")
    await node.log.append(channel.collect_events(), "demo")


@HISTORIES
@given(seed=st.integers(0, 2**32), stops=st.lists(st.integers(0, 9), max_size=3))
def test_a_rebuild_that_was_broken_off_anywhere_and_run_again_is_what_was_live(
    postgres_url: str, seed: int, stops: list[int]
) -> None:
    async def check() -> None:
        async with open_node(create_url) as node:
            async with running(node.runner().run()):
                await lives_of(node).live(callers=4, commands=12, seed=seed)
                await node.list_reached(await node.stored.head())
            connection = await asyncpg.connect(create_url)
            live = await list_rows(connection)
            for steps in [*stops, 1_000_000]:
                projection = ChannelListProjection()
                async with aclosing(rebuild(node.database, node.log, projection)) as progress:
                    async for _ in first(steps, progress):
                        pass
                assert await list_rows(connection) == live
                await no_lock(connection)
            await connection.close()

    create_url = create_database(postgres_url)
    asyncio.run(check())


async def first(count: int, steps: AsyncGenerator[Progress]) -> AsyncGenerator[Progress]:
    """The first so many steps, or all where they are fewer."""
    for _ in range(count):
        try:
            yield await anext(steps)
        except StopAsyncIteration:
            return


async def no_lock(connection: asyncpg.Connection) -> None:
    """Wait until a connection that was closed is gone."""
    locks = f"SELECT count(*) FROM {OUR_LOCKS} WHERE locktype = 'advisory'"
    async with asyncio.timeout(PATIENCE):
        while await connection.fetchval(locks):
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("list_is_kept")
async def test_the_list_equals_the_log_at_any_moment_while_it_is_written(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No moment is between an event and the rows that reflect it."""
    monkeypatch.setattr("projections.running.rebuild.PAGE_SIZE", 100)
    positions: set[int] = set()
    lives = lives_of(node)
    async with asyncio.timeout(3 * PATIENCE), lives.going_on(callers=3, commands=3, seed=0):
        while len(positions) < 5:
            comparison = await verified(node, ChannelListProjection())
            assert comparison.differences == []
            positions.add(comparison.position)


SPOILT = {
    "a changed row": ("UPDATE channel_list SET name = 'spoilt' WHERE position = 1", 2),
    "a missing row": ("DELETE FROM channel_list WHERE position = 1", 1),
    "a row too many": (
        "INSERT INTO channel_list_members VALUES (gen_random_uuid(), 'mallory', 'demo', 1)",
        1,
    ),
    "a table that is empty": ("DELETE FROM channel_list_members", 5),
}


@pytest.mark.parametrize(("statement", "differing"), SPOILT.values(), ids=SPOILT)
async def test_every_row_that_differs_is_found_and_nothing_is_changed(
    node: Node, admin: asyncpg.Connection, statement: str, differing: int
) -> None:
    async with running(node.runner().run()):
        for number in range(10):
            await create(node.commands, f"channel {number}", is_private=number % 2 == 1)
        await node.list_reached(20)
    await admin.execute(statement)
    before = await list_rows(admin)
    comparison = await verified(node, ChannelListProjection())
    assert (comparison.position, comparison.differing) == (20, differing)
    assert len(comparison.differences) == differing
    assert await list_rows(admin) == before
    schemas = await admin.fetch("SELECT FROM pg_namespace WHERE nspname LIKE 'kanal%'")
    assert len(schemas) == 1


async def test_two_at_once_and_a_model_that_is_not_built_are_refused(
    node: Node, second_node: Node
) -> None:
    projection = ChannelListProjection()
    with pytest.raises(Conflict, match="nothing to verify"):
        await verified(node, projection)
    async with Verification.begin(node.database, node.log, projection):
        with pytest.raises(Conflict, match="another replay of it is running"):
            await verified(second_node, projection)


@pytest.mark.usefixtures("list_is_kept")
async def test_whoever_reads_while_a_list_is_put_in_place_sees_all_that_they_saw_before(
    node: Node, second_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what they see is the list at its position, at every switch, while channels live."""
    monkeypatch.setattr("projections.running.rebuild.PAGE_SIZE", 200)
    monkeypatch.setattr("projections.running.rebuild.SWITCH_DISTANCE", 20)
    enough = asyncio.Event()
    seen: list[tuple[int, list[str]]] = []

    async def create_on() -> None:
        for number in itertools.count():
            if enough.is_set():
                break
            await create(node.commands, f"channel {number}")

    async def read() -> None:
        while not enough.is_set():
            page = await second_node.channels.page("demo", "alice", limit=10_000, after=0)
            seen.append((page.position, [channel.name for channel in page.channels]))

    lives = lives_of(second_node)
    async with (
        asyncio.timeout(3 * PATIENCE),
        asyncio.TaskGroup() as tasks,
        lives.going_on(callers=3, commands=3, seed=100),
    ):
        for part in (create_on(), read(), read()):
            tasks.create_task(part)
        for _ in range(5):
            async with aclosing(
                rebuild(second_node.database, second_node.log, ChannelListProjection())
            ) as steps:
                async for _ in steps:
                    pass
            count = len(seen)
            while len(seen) < count + 3:
                await asyncio.sleep(0)
        enough.set()
    log = await node.whole_log()
    for position, names in Random(1).sample(seen, min(len(seen), 40)):
        there = visible(log[:position], "demo", "alice")
        assert names == [channel.name for channel in there]
    await node.list_reached(len(log))
    assert await all_pages(node.channels, "demo", "alice", 200) == visible(log, "demo", "alice")
