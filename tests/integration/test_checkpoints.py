"""A checkpoint moves with the rows that it vouches for, and for one writer at a time."""

import asyncio

import asyncpg
import pytest

from persistence.read_models.checkpoints import (
    CHECKPOINT_CHANNEL,
    CheckpointConflict,
    advance_checkpoint,
    read_checkpoint,
    read_checkpoints,
    remove_checkpoint,
    set_checkpoint,
)
from persistence.read_models.models import ReadModel
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.node import Node
from tests.support.postgres import OUR_LOCKS

MODEL = ReadModel("things", version=2)


@pytest.fixture
async def database(node: Node, admin: asyncpg.Connection) -> asyncpg.Connection:
    """A connection to a database with the schema."""
    return admin


async def test_a_model_that_was_never_built_has_none(database: asyncpg.Connection) -> None:
    assert await read_checkpoint(database, MODEL) is None
    with pytest.raises(CheckpointConflict, match="things version 2"):
        await advance_checkpoint(database, MODEL, expected=0, position=3)
    for other in (ReadModel("others", version=2), ReadModel("things", version=1)):
        await set_checkpoint(database, other, 3)
        assert await read_checkpoint(database, other) == 3
    assert await read_checkpoint(database, MODEL) is None
    await remove_checkpoint(database, other)
    assert await read_checkpoints(database) == {ReadModel("others", version=2): 3}


@pytest.mark.parametrize("stands_at", [0, 5])
@pytest.mark.parametrize("expected", [0, 4, 5, 6])
async def test_it_moves_only_from_where_it_is_expected_to_stand(
    database: asyncpg.Connection, stands_at: int, expected: int
) -> None:
    await set_checkpoint(database, MODEL, stands_at)
    if expected == stands_at:
        await advance_checkpoint(database, MODEL, expected=expected, position=9)
    else:
        with pytest.raises(CheckpointConflict, match="things version 2"):
            await advance_checkpoint(database, MODEL, expected=expected, position=9)
    assert await read_checkpoint(database, MODEL) == (9 if expected == stands_at else stands_at)


async def test_it_does_not_move_when_its_transaction_rolls_back(
    database: asyncpg.Connection,
) -> None:
    await set_checkpoint(database, MODEL, 0)
    transaction = database.transaction()
    await transaction.start()
    await advance_checkpoint(database, MODEL, expected=0, position=7)
    await transaction.rollback()
    assert await read_checkpoint(database, MODEL) == 0


@pytest.mark.parametrize("stands_at", [0, 5])
async def test_of_two_who_move_it_at_once_one_is_told_of_the_other(
    database: asyncpg.Connection, node: Node, stands_at: int
) -> None:
    await set_checkpoint(database, MODEL, stands_at)

    async def move_after_the_first() -> None:
        async with node.database.acquire() as connection:
            await advance_checkpoint(connection, MODEL, expected=stands_at, position=8)

    async with database.transaction():
        await advance_checkpoint(database, MODEL, expected=stands_at, position=9)
        second = asyncio.create_task(move_after_the_first())
        waiting = f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"
        await eventually(lambda: database.fetchval(waiting))
    with pytest.raises(CheckpointConflict):
        await second
    assert await read_checkpoint(database, MODEL) == 9


async def test_those_who_wait_for_it_are_woken_when_it_is_committed(
    database: asyncpg.Connection, node: Node
) -> None:
    await database.execute("INSERT INTO checkpoints VALUES ('things', 0, 2)")
    woken = node.wakeup.next(CHECKPOINT_CHANNEL)
    async with database.transaction():
        await advance_checkpoint(database, MODEL, expected=0, position=1)
        await node.stored.head()
        assert not woken.is_set()
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    assert await read_checkpoint(database, MODEL) == 1
