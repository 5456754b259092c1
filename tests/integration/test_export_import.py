"""Export and import: the same log in another database, byte for byte, or nothing at all."""

import asyncio
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid
from persistence.database.pool import Database
from persistence.transfer.log_export import export_log
from tests.support.background import running
from tests.support.channel_list import Rows, list_rows
from tests.support.creation import create
from tests.support.events import stored_event
from tests.support.lives import Lives
from tests.support.log_files import (
    SPOILT,
    a_file,
    a_line,
    exported,
    imported,
    log_rows,
    read,
)
from tests.support.node import Node, open_node
from tests.support.postgres import create_database
from tests.support.rewinding import LOSE_THE_END, PROMOTE, look_again


@pytest.fixture
def empty_url(postgres_url: str) -> str:
    """Another database, with nothing in it."""
    return create_database(postgres_url)


async def channel_list(node: Node, connection: asyncpg.Connection) -> Rows:
    """The rows of the channel list, level with the log, by a runner that then stops."""
    async with running(node.runner().run()):
        await node.list_reached(await node.stored.head())
    return await list_rows(connection)


async def rows_of(database_url: str) -> tuple[object, object]:
    connection = await asyncpg.connect(database_url)
    try:
        return await log_rows(connection)
    finally:
        await connection.close()


async def is_empty(database_url: str) -> bool:
    """No event is there, and the head row is as a new log has it."""
    connection = await asyncpg.connect(database_url)
    try:
        head, events = await log_rows(connection)
        return not events and head["position"] == 0
    finally:
        await connection.close()


@given(seed=st.integers(0, 2**32), callers=st.integers(1, 8), commands=st.integers(0, 25))
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a seed does not shrink
    suppress_health_check=[HealthCheck.too_slow],
)
def test_any_log_is_the_same_after_an_export_and_an_import(
    postgres_url: str, seed: int, callers: int, commands: int
) -> None:
    """The rows, the id, the file of a second export, and the list that is built from it."""
    there, here = create_database(postgres_url), create_database(postgres_url)

    async def check() -> None:
        async with open_node(there) as node:
            lives = Lives([node.commands], names=("general", "Straße", "🙂"), workspaces=("a", "б"))
            await lives.live(callers=callers, commands=commands, seed=seed)
            connection = await asyncpg.connect(there)
            live, stored = await channel_list(node, connection), await log_rows(connection)
            await connection.close()
            file = await exported(node.database)
        await imported(here, file)
        async with open_node(here, serves=False) as node:
            assert await exported(node.database) == file
            connection = await asyncpg.connect(here)
            assert await log_rows(connection) == stored
            assert await channel_list(node, connection) == live
            await connection.close()

    asyncio.run(check())


async def test_what_is_appended_after_an_import_goes_on_from_its_head(
    node: Node, empty_url: str
) -> None:
    await create(node.commands, "before", idempotency_key="once")
    await imported(empty_url, await exported(node.database))
    async with open_node(empty_url) as other:
        assert other.log.epoch != node.log.epoch
        assert (await other.stored.lineage()).includes(str(node.log.epoch), 2)
        assert not (await other.stored.lineage()).includes(str(node.log.epoch), 3)
        again = await create(other.commands, "before", idempotency_key="once")
        assert (again.is_new, again.at.position) == (False, 1)
        assert (await create(other.commands, "after")).at.position == 3


async def test_states_that_are_no_json_come_along(node: Node, empty_url: str) -> None:
    states = (b"", b"\x00\xff", b"null", b'{"a": 1e400 }', b'{"a":\n1}', b'{"a":NaN}')
    for state in states:
        await node.queue.append([StoredEvent(uuid4(), 1, "topic", state)], None)
    await imported(empty_url, await exported(node.database))
    async with open_node(empty_url) as other:
        page = await other.stored.select_page(after=0, limit=10)
    assert [(found.state, found.workspace_id) for found in page] == [(s, None) for s in states]


async def test_a_file_that_goes_to_the_database_in_many_pieces_is_one_log(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.transfer.stored_rows.PIECE_BYTES", 300)
    file = a_file(*(a_line(position) for position in range(1, 20)))
    await imported(empty_url, file)
    database = Database(empty_url)
    await database.open()
    events = read(await exported(database))
    await database.close()
    assert events == read(file)


async def test_the_log_has_the_same_indexes_after_an_import(empty_url: str) -> None:
    """Those too that somebody has added."""

    async def defined(connection: asyncpg.Connection) -> set[str]:
        found = await connection.fetch(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = 'stored_events'::regclass"
            " UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'stored_events'::regclass"
        )
        return {definition for (definition,) in found}

    async with open_node(empty_url):
        pass
    connection = await asyncpg.connect(empty_url)
    await connection.execute("CREATE INDEX of_theirs ON stored_events (lower(topic))")
    before = await defined(connection)
    await imported(empty_url, FILE)
    assert await defined(connection) == before
    assert any("of_theirs" in definition for definition in before)
    await connection.close()


BESIDE = {
    "comment": "COMMENT ON INDEX stored_events_pkey IS 'theirs'",
    "cluster": "ALTER TABLE stored_events CLUSTER ON stored_events_pkey",
    "replica identity": "ALTER TABLE stored_events REPLICA IDENTITY USING INDEX stored_events_pkey",
    "reference": "CREATE TABLE theirs (id uuid, version bigint, FOREIGN KEY (id, version)"
    " REFERENCES stored_events (originator_id, originator_version))",
}
"""What an operator may have said of an index beside its definition."""


@pytest.mark.parametrize("said", BESIDE.values(), ids=BESIDE)
async def test_an_import_takes_nothing_from_an_index_that_was_said_of_it(
    empty_url: str, said: str
) -> None:
    async with open_node(empty_url):
        pass
    connection = await asyncpg.connect(empty_url)
    await connection.execute(said)
    before = await connection.fetchval("SELECT 'stored_events_pkey'::regclass::oid")
    with pytest.raises(Invalid, match=r"^line 4: the database refuses the event: .*already exists"):
        await imported(empty_url, a_file(a_line(1), a_line(2), a_line(3, version=1)))
    await imported(empty_url, FILE)
    assert await connection.fetchval("SELECT 'stored_events_pkey'::regclass::oid") == before
    await connection.close()


async def test_an_export_is_the_log_as_of_its_start(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.whole_log.PAGE_SIZE", 2)
    for number in range(3):
        await create(node.commands, f"before {number}")
    before = await exported(node.database)
    async with aclosing(export_log(node.database)) as pieces:
        file = []
        async for piece in pieces:
            file.append(piece.content)
            await create(node.commands, f"meanwhile {piece.position} {len(file)}")
    assert b"".join(file) == before
    assert len(file) == 5


async def test_a_log_with_a_hole_is_not_exported(node: Node, admin: asyncpg.Connection) -> None:
    for _ in range(3):
        await node.queue.append([stored_event()], "demo")
    for position, missing in ((3, 3), (1, 1)):
        await admin.execute("DELETE FROM stored_events WHERE notification_id = $1", position)
        with pytest.raises(Conflict, match=f"position {missing} is missing"):
            await exported(node.database)


@pytest.mark.parametrize("column", ["topic", "state"])
async def test_an_event_without_topic_or_state_is_not_exported(
    node: Node, admin: asyncpg.Connection, column: str
) -> None:
    await node.queue.append([stored_event()], "demo")
    await admin.execute(f"UPDATE stored_events SET {column} = NULL")
    with pytest.raises(Conflict, match="position 1 has no topic or no state"):
        await exported(node.database)


FILE = a_file(*(a_line(position) for position in range(1, 5)))


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
async def test_a_spoilt_file_leaves_the_database_empty(
    empty_url: str, spoil: Any, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        await imported(empty_url, spoil(FILE))
    async with open_node(empty_url):
        pass
    assert await is_empty(empty_url)
    await imported(empty_url, FILE)
    assert not await is_empty(empty_url)


async def test_a_version_that_is_taken_is_refused_with_the_line(empty_url: str) -> None:
    """Such a file was made by somebody else, with all the checksums right."""
    file = a_file(a_line(1), a_line(2), a_line(3, version=1))
    with pytest.raises(Invalid, match=r"^line 4: the database refuses the event: .*already exists"):
        await imported(empty_url, file)
    assert await is_empty(empty_url)


async def test_a_text_that_the_database_cannot_hold_is_refused_with_the_line(
    empty_url: str,
) -> None:
    file = a_file(a_line(1), a_line(2, topic="a\x00b"))
    with pytest.raises(Invalid, match=r"^line 3: the database refuses the event: .*0x00"):
        await imported(empty_url, file)
    assert await is_empty(empty_url)


async def test_a_log_that_holds_something_is_not_replaced(
    postgres_url: str, empty_url: str, admin: asyncpg.Connection
) -> None:
    async with open_node(empty_url) as node:
        await create(node.commands, "here already")
    before = await rows_of(empty_url)
    with pytest.raises(Conflict, match="the database is not empty"):
        await imported(empty_url, FILE)
    assert await rows_of(empty_url) == before


REMAINS = {
    "a head that has moved": "UPDATE log_head SET position = 7",
    "a projection that has come further": "INSERT INTO checkpoints VALUES ('channels', 7, 1)",
}


@pytest.mark.parametrize("statement", REMAINS.values(), ids=REMAINS)
async def test_a_database_where_a_log_was_is_not_empty(
    database_url: str, admin: asyncpg.Connection, statement: str
) -> None:
    async with open_node(database_url):
        pass
    await admin.execute(statement)
    with pytest.raises(Conflict, match="the database is not empty"):
        await imported(database_url, FILE)


async def test_what_was_built_of_the_empty_log_does_not_count_as_built(
    database_url: str, admin: asyncpg.Connection
) -> None:
    async with open_node(database_url):
        pass
    await admin.execute("INSERT INTO checkpoints VALUES ('channels', 0, 1)")
    await imported(database_url, FILE)
    assert await admin.fetchval("SELECT count(*) FROM checkpoints") == 0


async def test_it_is_refused_while_another_process_of_ours_is_there(
    node: Node, database_url: str
) -> None:
    lineage = await node.stored.lineage()
    with pytest.raises(Conflict, match="stop the service"):
        await imported(database_url, FILE)
    assert await is_empty(database_url)
    assert await node.stored.lineage() == lineage


async def test_of_two_imports_at_once_one_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.transfer.log_import.LOCKED_WITHIN", 0.1)
    results = await asyncio.gather(
        *(imported(database_url, FILE) for _ in range(2)), return_exceptions=True
    )
    assert [type(result) for result in results].count(Conflict) == 1
    assert results.count(None) == 1
    database = Database(database_url)
    await database.open()
    assert len(read(await exported(database))) == 4
    await database.close()


async def test_whoever_uses_the_log_is_not_waited_for_for_ever(
    database_url: str, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.transfer.log_import.LOCKED_WITHIN", 0.1)
    async with open_node(database_url):
        pass
    async with admin.transaction():
        await admin.execute("LOCK TABLE log_head IN ACCESS SHARE MODE")
        with pytest.raises(Conflict, match="another process is using the log"):
            await imported(database_url, FILE)
    await imported(database_url, FILE)


async def test_an_export_of_a_log_that_goes_on_in_another_epoch_is_not_of_both(
    node: Node, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.whole_log.PAGE_SIZE", 2)
    for name in ("a", "b", "c"):
        await create(node.commands, name)
    async with aclosing(export_log(node.database)) as pieces:
        async for piece in pieces:
            if piece.position == 4:
                break
        await admin.execute(PROMOTE)
        await admin.execute(LOSE_THE_END.format(2))
        await look_again(node)
        for name in ("d", "e"):
            await create(node.commands, name)
        with pytest.raises(Conflict, match="another epoch"):
            async for _ in pieces:
                pass
