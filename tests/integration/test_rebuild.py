"""A rebuild: the same list anew from the log, in one step for readers, while writing goes on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import asyncpg
import pytest

from domain.errors import Conflict, Unavailable
from domain.event_log import UndecodableEvent
from persistence.read_models.checkpoints import read_checkpoints
from projections.channel_list.projection import ChannelListProjection
from projections.running.rebuild import Progress, rebuild
from projections.running.removal import remove_model
from tests.support.background import eventually, running
from tests.support.channel_list import Rows, list_rows
from tests.support.clients import PATIENCE
from tests.support.creation import ALICE, BOB, create
from tests.support.events import stored_event
from tests.support.node import Node, open_node
from tests.support.postgres import OUR_LOCKS
from tests.support.rewinding import LOSE_THE_END, PROMOTE, look_again

CHANNELS = 25
HEAD = 2 * CHANNELS
"""Each channel is two events: the channel, and its name."""

MODEL = ChannelListProjection.model


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.running.rebuild.PAGE_SIZE", 7)
    monkeypatch.setattr("projections.running.rebuild.SWITCH_DISTANCE", 4)
    monkeypatch.setattr("projections.running.rebuild.SWITCH_PATIENCE_MS", 20)
    monkeypatch.setattr("persistence.log.lease_turns.TAKE_OVER_INTERVAL", 0.01)
    monkeypatch.setattr("persistence.log.wakeup.HEARTBEAT_INTERVAL", 0.05)


async def create_channels(node: Node, prefix: str = "channel") -> None:
    for number in range(CHANNELS):
        actor = BOB if number % 2 else ALICE
        await create(node.commands, f"{prefix} {number}", actor=actor, is_private=number % 3 == 0)


@pytest.fixture
async def live(node: Node, admin: asyncpg.Connection) -> Rows:
    """The list as a runner has written it, while there was one."""
    async with running(node.runner().run()):
        await create_channels(node)
        await node.list_reached(HEAD)
    return await list_rows(admin)


def steps(node: Node) -> AsyncGenerator[Progress]:
    return rebuild(node.database, node.log, ChannelListProjection())


async def rebuilt(node: Node) -> list[Progress]:
    """Rebuild, and answer the progress that it told of."""
    return [progress async for progress in steps(node)]


async def schemas(connection: asyncpg.Connection) -> list[str]:
    found = await connection.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'kanal%' ORDER BY 1"
    )
    return [row["nspname"] for row in found]


async def test_it_makes_the_list_that_was_there(
    second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    """From the log alone: of the old rows, wrong and missing and superfluous ones, nothing."""
    await admin.execute("UPDATE channel_list SET name = 'spoilt', position = -position")
    await admin.execute("DELETE FROM channel_list WHERE created_position < 10")
    await admin.execute(
        "INSERT INTO channel_list_members SELECT gen_random_uuid(), 'mallory', 'demo', 1"
    )
    await rebuilt(second_node)
    assert len(live[0]) == CHANNELS
    assert await list_rows(admin) == live
    assert await schemas(admin) == [MODEL.schema]


async def test_it_tells_how_far_it_is(second_node: Node, live: Rows) -> None:
    progress = await rebuilt(second_node)
    assert progress[0] == Progress(0, HEAD)
    assert progress[-1] == Progress(HEAD, HEAD)
    positions = [each.position for each in progress]
    assert positions == sorted(positions)
    assert len(set(positions)) > CHANNELS // 7


async def test_one_that_was_begun_before_the_log_lost_its_end_does_not_bring_it_back(
    node: Node, live: Rows, database_url: str, admin: asyncpg.Connection
) -> None:
    """As `kanal replay` does it, which follows no epoch, while a dump is taken in beneath it."""
    async with open_node(database_url, serves=False) as other, aclosing(steps(other)) as rebuilding:
        async for progress in rebuilding:
            if progress.position == HEAD:
                break
        await admin.execute(PROMOTE)
        await admin.execute(LOSE_THE_END.format(HEAD - 2))
        await look_again(node)
        with pytest.raises(Conflict, match="rewound"):
            async for _ in rebuilding:
                pass
    assert await read_checkpoints(admin) == {}
    await rebuilt(node)
    assert len((await list_rows(admin))[0]) == CHANNELS - 1


async def test_an_empty_log_makes_an_empty_list(node: Node, admin: asyncpg.Connection) -> None:
    assert set(await rebuilt(node)) == {Progress(0, 0)}
    assert await list_rows(admin) == ([], [], 0)
    page = await node.channels.page("demo", "alice", limit=10, after=0)
    assert (page.channels, page.position) == ([], 0)


async def test_a_list_that_was_never_built_is_unavailable(node: Node) -> None:
    with pytest.raises(Unavailable, match="being built"):
        await node.channels.page("demo", "alice", limit=10, after=0)
    await rebuilt(node)
    await node.channels.page("demo", "alice", limit=10, after=0)


async def test_a_service_writes_on_while_and_after_its_list_is_rebuilt(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    await admin.execute("UPDATE channel_list SET name = 'spoilt'")
    async with running(node.runner().run()):
        progress = steps(second_node)
        await anext(progress)
        await create_channels(node, "meanwhile")
        await node.list_reached(2 * HEAD)  # the live one has not waited for the other
        async for _ in progress:
            pass
        await create_channels(node, "afterwards")
        await node.list_reached(3 * HEAD)
    channels, _, checkpoint = await list_rows(admin)
    assert checkpoint == 3 * HEAD
    assert [row["name"] for row in channels] == [
        f"{prefix} {number}"
        for prefix in ("channel", "meanwhile", "afterwards")
        for number in range(CHANNELS)
    ]


async def test_two_rebuilds_at_once_are_one(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    first = steps(node)
    await anext(first)
    with pytest.raises(Conflict, match="another replay of it is running"):
        await rebuilt(second_node)
    async for _ in first:
        pass
    assert await list_rows(admin) == live


async def test_readers_see_the_old_list_until_the_new_one_is_whole(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    await admin.execute("UPDATE channel_list SET name = 'old'")
    await create(node.commands, "new")
    seen = []
    async for _ in steps(second_node):
        page = await node.channels.page("demo", "alice", limit=100, after=0)
        seen.append((page.position, {channel.name for channel in page.channels} == {"old"}))
    assert set(seen[:-1]) == {(HEAD, True)}
    assert seen[-1] == (HEAD + 2, False)
    assert page.channels[-1].name == "new"


async def test_a_switch_waits_for_who_reads_and_lets_others_read_meanwhile(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    """A backup for instance, which stays in the tables for long."""
    before = await schemas(admin)
    async with admin.transaction():
        await admin.fetch("SELECT FROM channel_list")
        rebuilding = asyncio.create_task(rebuilt(second_node))
        is_waiting = f"EXISTS (SELECT FROM {OUR_LOCKS} WHERE NOT granted)"
        waiting = f"SELECT {is_waiting} AND pg_sleep(0.01) IS NOT NULL"

        async def waits() -> bool:
            assert not rebuilding.done(), await rebuilding
            # Else a transaction sees no session that has begun after it first looked.
            await admin.execute("SELECT pg_stat_clear_snapshot()")
            return bool(await admin.fetchval(waiting))

        for _ in range(3):  # it gives up, and tries again
            await eventually(waits)
            async with asyncio.timeout(PATIENCE):
                await node.channels.page("demo", "alice", limit=100, after=0)
        assert not rebuilding.done()
    await rebuilding
    assert await list_rows(admin) == live
    assert await schemas(admin) == before


async def test_one_that_is_broken_off_leaves_the_old_list_and_is_named_by_the_next(
    second_node: Node, live: Rows, admin: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with aclosing(steps(second_node)) as progress:
        for _ in range(3):
            await anext(progress)
    assert await list_rows(admin) == live
    assert await schemas(admin) == [MODEL.schema, MODEL.next_schema]
    await free_of_locks(admin)
    await rebuilt(second_node)
    assert "removed what an earlier rebuild of channels version 1 had left" in caplog.text
    assert await list_rows(admin) == live
    assert await schemas(admin) == [MODEL.schema]


async def test_one_that_cannot_decode_an_event_names_it_and_leaves_the_old_list(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    """Whatever its topic: that nobody needs it, nobody can know."""
    await node.queue.append([stored_event()], "demo")
    with pytest.raises(UndecodableEvent, match=f"position {HEAD + 1} "):
        await rebuilt(second_node)
    assert await list_rows(admin) == live


async def test_where_there_is_no_list_one_is_built_as_far_as_events_can_be_decoded(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    await node.queue.append([stored_event()], "demo")
    await create(node.commands, "beyond")
    await remove_model(second_node.database, MODEL)
    with pytest.raises(UndecodableEvent, match=f"position {HEAD + 1} "):
        await rebuilt(second_node)
    channels, members, checkpoint = await list_rows(admin)
    assert (channels, members) == live[:2]
    assert checkpoint <= HEAD


async def test_one_whose_connection_is_lost_says_so_and_leaves_the_old_list(
    second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    await free_of_locks(admin)
    progress = steps(second_node)
    for _ in range(3):
        await anext(progress)
    ended = await admin.fetch(
        f"SELECT pg_terminate_backend(pid, 5000) FROM {OUR_LOCKS} WHERE locktype = 'advisory'"
    )
    assert len(ended) == 1
    with pytest.raises(Unavailable):
        async for _ in progress:
            pass
    assert await list_rows(admin) == live
    await rebuilt(second_node)
    assert await list_rows(admin) == live


async def test_a_model_that_a_service_writes_is_not_removed(
    node: Node, second_node: Node, live: Rows, admin: asyncpg.Connection
) -> None:
    runner = node.runner()
    async with running(runner.run()):
        await runner.is_built.wait()
        await create(node.commands, "one more")
        await node.list_reached(HEAD + 2)
        with pytest.raises(Conflict, match="stop it first"):
            await remove_model(second_node.database, MODEL)
    await free_of_locks(admin)
    await remove_model(second_node.database, MODEL)
    assert await schemas(admin) == []
    await rebuilt(second_node)
    assert len((await list_rows(admin))[0]) == CHANNELS + 1


async def free_of_locks(admin: asyncpg.Connection) -> None:
    """Wait until connections that were closed are gone."""
    no_lock = f"SELECT NOT EXISTS (SELECT FROM {OUR_LOCKS} WHERE locktype = 'advisory')"
    await eventually(lambda: admin.fetchval(no_lock))
