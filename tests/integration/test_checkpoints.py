"""A checkpoint moves with the rows that it vouches for, and for one writer at a time."""

import asyncio

import asyncpg
import pytest

from persistence.checkpoints import CheckpointConflict, advance_checkpoint, read_checkpoint
from persistence.wakeup import CHECKPOINT_CHANNEL
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.node import Node

NAME = "a projection"


@pytest.fixture
async def database(node: Node, admin: asyncpg.Connection) -> asyncpg.Connection:
    """A connection to a database with the schema."""
    return admin


async def test_who_never_ran_is_at_zero(database: asyncpg.Connection) -> None:
    assert await read_checkpoint(database, NAME) == 0
    await advance_checkpoint(database, "another", expected=0, position=3)
    assert await read_checkpoint(database, NAME) == 0


@pytest.mark.parametrize("stands_at", [0, 5])
@pytest.mark.parametrize("expected", [0, 4, 5, 6])
async def test_it_moves_only_from_where_it_is_expected_to_stand(
    database: asyncpg.Connection, stands_at: int, expected: int
) -> None:
    if stands_at:
        await advance_checkpoint(database, NAME, expected=0, position=stands_at)
    if expected == stands_at:
        await advance_checkpoint(database, NAME, expected=expected, position=9)
    else:
        with pytest.raises(CheckpointConflict, match=NAME):
            await advance_checkpoint(database, NAME, expected=expected, position=9)
    assert await read_checkpoint(database, NAME) == (9 if expected == stands_at else stands_at)


async def test_it_does_not_move_when_its_transaction_rolls_back(
    database: asyncpg.Connection,
) -> None:
    transaction = database.transaction()
    await transaction.start()
    await advance_checkpoint(database, NAME, expected=0, position=7)
    await transaction.rollback()
    assert await read_checkpoint(database, NAME) == 0


@pytest.mark.parametrize("stands_at", [0, 5])
async def test_of_two_who_move_it_at_once_one_is_told_of_the_other(
    database: asyncpg.Connection, node: Node, stands_at: int
) -> None:
    if stands_at:
        await advance_checkpoint(database, NAME, expected=0, position=stands_at)

    async def move_after_the_first() -> None:
        async with node.database.acquire() as connection:
            await advance_checkpoint(connection, NAME, expected=stands_at, position=8)

    async with database.transaction():
        await advance_checkpoint(database, NAME, expected=stands_at, position=9)
        second = asyncio.create_task(move_after_the_first())
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        await eventually(lambda: database.fetchval(waiting))
    with pytest.raises(CheckpointConflict):
        await second
    assert await read_checkpoint(database, NAME) == 9


async def test_those_who_wait_for_it_are_woken_when_it_is_committed(
    database: asyncpg.Connection, node: Node
) -> None:
    woken = node.wakeup.next(CHECKPOINT_CHANNEL)
    async with database.transaction():
        await advance_checkpoint(database, NAME, expected=0, position=1)
        await node.stored.head()
        assert not woken.is_set()
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    assert await read_checkpoint(database, NAME) == 1
