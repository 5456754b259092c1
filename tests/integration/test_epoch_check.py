"""The epoch check: on each new connection, whether the log is the one that was followed.

What makes a log another one is done by hand here, row by row; real promotions, backups and dumps
are under `e2e/rewound`.
"""

from contextlib import suppress
from uuid import UUID

import asyncpg
import pytest

from domain.errors import Unavailable
from domain.event_log import StreamConflict
from persistence.database.availability import retrying_while_away
from persistence.read_models.checkpoints import read_checkpoints, set_checkpoint
from persistence.read_models.models import ReadModel, create_tables, schema_exists
from tests.support.background import eventually
from tests.support.creation import ALICE, asked_by, create
from tests.support.node import Node, open_node
from tests.support.postgres import StoppableServer
from tests.support.rewinding import LOSE_THE_END, PROMOTE, RESTART, look_again

_IS_WAITED_FOR = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))
"""


async def firsts(node: Node) -> list[int]:
    """The first positions of the log's epochs."""
    return [epoch.first for epoch in (await node.stored.lineage()).epochs]


async def test_a_new_log_has_one_epoch_however_many_nodes_follow_it(
    node: Node, second_node: Node
) -> None:
    await create(node.commands, "general")
    await look_again(second_node)
    assert await firsts(node) == [1]
    assert node.changes == second_node.changes == []


async def test_a_promotion_that_lost_the_end_begins_an_epoch_where_the_log_ends(
    node: Node, admin: asyncpg.Connection
) -> None:
    for name in ("a", "b", "c"):
        await create(node.commands, name)
    await admin.execute(PROMOTE)
    await admin.execute(LOSE_THE_END.format(4))
    await look_again(node)
    (change,) = node.changes
    assert (change.shared, change.seen, change.is_loss) == (4, 6, True)
    assert await firsts(node) == [1, 5]
    assert change.lineage.log_id == (await node.stored.lineage()).log_id == str(node.log.epoch)


async def test_a_promotion_that_lost_nothing_begins_an_epoch_and_is_no_loss(
    node: Node, admin: asyncpg.Connection
) -> None:
    await create(node.commands, "a")
    await admin.execute(PROMOTE)
    await look_again(node)
    assert [(change.shared, change.is_loss) for change in node.changes] == [(2, False)]
    assert await firsts(node) == [1, 3]


async def test_a_node_that_looks_later_is_told_what_it_has_seen_too_much(
    node: Node, second_node: Node, admin: asyncpg.Connection
) -> None:
    for name in ("a", "b", "c"):
        await create(node.commands, name)
    await second_node.log.read_all(after=0, limit=10)
    await admin.execute(PROMOTE)
    await admin.execute(LOSE_THE_END.format(2))
    await look_again(node)
    for name in ("d", "e", "f", "g"):  # beyond what the second has seen
        await create(node.commands, name)
    await look_again(second_node)
    assert [(change.shared, change.seen) for change in second_node.changes] == [(2, 6)]
    assert await firsts(node) == [1, 3]
    assert second_node.log.epoch == node.log.epoch


async def test_a_restart_that_lost_nothing_of_what_a_node_has_seen_changes_nothing(
    node: Node, admin: asyncpg.Connection
) -> None:
    await create(node.commands, "a")
    await admin.execute(RESTART)
    await look_again(node)
    assert node.changes == []
    assert await firsts(node) == [1]


async def test_a_restart_that_nobody_has_watched_may_be_of_a_copy_and_begins_an_epoch(
    node: Node, database_url: str, admin: asyncpg.Connection
) -> None:
    await create(node.commands, "a")
    await admin.execute(RESTART)
    async with open_node(database_url) as later:
        assert await firsts(later) == [1, 3]
        assert later.changes == []


async def test_a_restart_with_an_older_copy_is_noticed_by_who_has_seen_more(
    node: Node, admin: asyncpg.Connection
) -> None:
    for name in ("a", "b"):
        await create(node.commands, name)
    await admin.execute(RESTART)
    await admin.execute(LOSE_THE_END.format(2))
    await look_again(node)
    assert [(change.shared, change.seen) for change in node.changes] == [(2, 4)]
    assert await firsts(node) == [1, 3]


async def test_a_restart_with_an_older_copy_is_not_vouched_for_by_who_has_seen_less(
    node: Node, database_url: str, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was away for longer than a server needs to stop, and somebody else was there."""
    monkeypatch.setattr("persistence.log.epoch_check.WATCHED", -1_000_000.0)
    await create(node.commands, "a")
    async with open_node(database_url) as ahead:
        for name in ("b", "c"):
            await create(ahead.commands, name)
        told = str(ahead.log.epoch)
    await admin.execute(RESTART)
    await admin.execute(LOSE_THE_END.format(2))
    await look_again(node)
    for name in ("d", "e", "f"):
        await create(node.commands, name)
    assert not (await node.stored.lineage()).includes(told, 6)


async def test_other_events_in_the_place_of_those_that_were_seen_are_noticed(
    node: Node, admin: asyncpg.Connection
) -> None:
    """Nothing else tells: the rows are exchanged while the server runs."""
    await create(node.commands, "a")
    await look_again(node)
    await create(node.commands, "b")
    await admin.execute(
        "UPDATE stored_events SET state = state || ' ' WHERE notification_id IN (3, 4)"
    )
    await look_again(node)
    assert [(change.shared, change.seen) for change in node.changes] == [(2, 4)]
    assert await firsts(node) == [1, 3]


async def test_a_log_that_is_again_what_was_seen_is_followed_as_before(
    node: Node, admin: asyncpg.Connection
) -> None:
    """Somebody has exchanged an event, a follower has read it, and it is put right again."""
    await create(node.commands, "a")
    await admin.execute("UPDATE stored_events SET state = state || ' ' WHERE notification_id = 2")
    with pytest.raises(Unavailable):
        await node.log.read_all(after=2, limit=10)
    await admin.execute(
        "UPDATE stored_events SET state = rtrim(state, ' ') WHERE notification_id = 2"
    )
    await look_again(node)
    assert await node.log.read_all(after=2, limit=10) == []
    assert not node.epochs.is_due


async def test_a_check_that_the_server_ends_is_made_again(
    node: Node, admin: asyncpg.Connection, database_url: str
) -> None:
    """It is in the way of somebody who is in its own way: Postgres ends one of the two, here it."""
    for name in ("a", "b"):
        await create(node.commands, name)
    ahead = ReadModel("ahead", 1)
    async with admin.transaction():
        await create_tables(admin, ahead.schema, "CREATE TABLE rows ()")
        await set_checkpoint(admin, ahead, 4)
    await admin.execute(PROMOTE)
    await admin.execute(LOSE_THE_END.format(2))
    reader = await asyncpg.connect(database_url)
    try:
        # On a machine that stands still for a second it ends the reader, and nothing is to be made
        # again.
        with suppress(asyncpg.DeadlockDetectedError):
            async with reader.transaction():
                await reader.execute(f"LOCK TABLE {ahead.schema}.rows")
                await eventually(lambda: admin.fetchval(_IS_WAITED_FOR, reader.get_server_pid()))
                await reader.execute("SELECT FROM log_head FOR UPDATE")
    finally:
        await reader.close()

    async def has_noticed() -> bool:
        return bool(node.changes)

    await eventually(has_noticed)
    assert await firsts(node) == [1, 3]


async def test_a_server_that_has_the_log_of_before_is_refused(
    node: Node, admin: asyncpg.Connection
) -> None:
    """An old primary that is still there, on which the epoch has not begun."""
    await create(node.commands, "a")
    await admin.execute(PROMOTE)
    await look_again(node)
    await admin.execute(
        "UPDATE log_head SET log_id = (SELECT id FROM log_epochs WHERE number = 1);"
        "UPDATE log_epochs AS e SET (system_identifier, timeline, database, log_file,"
        " server_started_at) = (n.system_identifier, n.timeline, n.database, n.log_file,"
        " n.server_started_at) FROM log_epochs AS n WHERE n.number = 2;"
        "DELETE FROM log_epochs WHERE number = 2"
    )
    with pytest.raises(Unavailable) as refusal:
        await look_again(node)
    assert "it is an old primary" in str(refusal.value.__cause__)
    assert await firsts(node) == [1]


async def test_what_was_decided_in_an_epoch_of_before_is_not_appended(
    node: Node, admin: asyncpg.Connection
) -> None:
    at = (await create(node.commands, "a")).at
    epoch = node.log.epoch
    await admin.execute(PROMOTE)
    await look_again(node)
    channel = at.channel.copy()
    channel.delete(asked_by(ALICE))
    with pytest.raises(StreamConflict):
        await node.log.append(channel.collect_events(), "demo", epoch=epoch)


async def test_a_read_model_that_reflects_what_is_lost_is_removed(
    node: Node, admin: asyncpg.Connection
) -> None:
    for name in ("a", "b"):
        await create(node.commands, name)
    behind, ahead = ReadModel("behind", 1), ReadModel("ahead", 1)
    async with admin.transaction():
        for model, position in ((behind, 2), (ahead, 4)):
            await create_tables(admin, model.schema, "CREATE TABLE rows ()")
            await set_checkpoint(admin, model, position)
    await admin.execute(PROMOTE)
    await admin.execute(LOSE_THE_END.format(2))
    await look_again(node)
    assert await read_checkpoints(admin) == {behind: 2}
    assert not await schema_exists(admin, ahead.schema)
    assert await schema_exists(admin, behind.schema)


async def test_a_role_that_may_not_ask_the_server_where_it_is_goes_by_its_start(
    stoppable: StoppableServer, stoppable_url: str
) -> None:
    """As on managed servers, which hide the control file or the write-ahead log."""
    admin = await asyncpg.connect(stoppable_url)
    try:
        for function in ("pg_control_system()", "pg_walfile_name(pg_lsn)", "pg_current_wal_lsn()"):
            await admin.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM public")
        await admin.execute("DROP ROLE IF EXISTS plain")
        await admin.execute("CREATE ROLE plain LOGIN; GRANT ALL ON SCHEMA public TO plain")
        name = await admin.fetchval("SELECT current_database()")
        await admin.execute(f"GRANT CREATE ON DATABASE {name} TO plain")
        plain = stoppable_url.replace("postgres@", "plain@")
        async with open_node(plain) as node:
            await create(node.commands, "a")
            place = await admin.fetchrow("SELECT system_identifier, timeline FROM log_epochs")
            assert tuple(place or ()) == (None, None)
            await look_again(node)
            assert node.changes == []
        await admin.execute(RESTART)
        async with open_node(plain) as node:
            assert await firsts(node) == [1, 3]
    finally:
        await admin.close()


async def test_a_server_that_was_killed_has_kept_the_log_and_its_epoch(
    stoppable: StoppableServer, stoppable_url: str
) -> None:
    async with open_node(stoppable_url) as node:
        await create(node.commands, "a")
        epoch: UUID | None = node.log.epoch
        stoppable.kill()
        stoppable.start()
        async for attempt in retrying_while_away():  # the connections of before are found dead
            with attempt:
                await create(node.commands, "b", idempotency_key="once")
        assert node.log.epoch == epoch
        assert node.changes == []


async def test_a_control_file_that_cannot_be_read_for_a_moment_changes_nothing(
    stoppable: StoppableServer, stoppable_url: str
) -> None:
    """As where somebody closes a directory above the server's own: it reads that file alone by its
    whole path."""
    async with open_node(stoppable_url) as node, node.database.acquire() as connection:
        told = "SELECT system_identifier IS NOT NULL FROM log_place()"
        assert await connection.fetchval(told)
        above = stoppable.data.parent
        mode = above.stat().st_mode
        above.chmod(0o600)
        try:
            assert not await connection.fetchval(told)
            await node.epochs.check(connection)
        finally:
            above.chmod(mode)
        await node.epochs.check(connection)
        assert node.changes == []
