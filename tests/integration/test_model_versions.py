"""Versions of a projection: a newer one is built beside the older, which serves until then."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

import asyncpg
import pytest

from domain.event_log import RecordedEvent
from persistence.database.pool import Connection
from persistence.read_models.checkpoints import read_checkpoints
from persistence.read_models.models import ReadModel, ServedModel
from projections.channel_list.projection import ChannelListProjection
from projections.checking.model_status import model_statuses
from projections.running.runner import ProjectionRunner
from tests.support.background import eventually, running
from tests.support.creation import create
from tests.support.node import Node, open_node


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.running.rebuild.PAGE_SIZE", 7)
    monkeypatch.setattr("projections.running.rebuild.SWITCH_DISTANCE", 4)
    monkeypatch.setattr("persistence.log.lease_turns.TAKE_OVER_INTERVAL", 0.01)
    monkeypatch.setattr("persistence.log.wakeup.HEARTBEAT_INTERVAL", 0.05)


def version(number: int, *, readable_since: int = 1) -> ChannelListProjection:
    """The projection as the code of that version has it: with a column more for each."""

    class Newer(ChannelListProjection):
        model: ClassVar = ReadModel("channels", version=number)
        tables: ClassVar = ChannelListProjection.tables + "".join(
            f"ALTER TABLE channel_list ADD COLUMN new_in_{each} int;"
            for each in range(2, number + 1)
        )

        async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
            await gate.wait()
            await super().apply(connection, page)

    Newer.readable_since = readable_since
    gate = Newer.gate = asyncio.Event()  # type: ignore[attr-defined]
    gate.set()
    return Newer()


@asynccontextmanager
async def service_of(
    database_url: str, projection: ChannelListProjection
) -> AsyncIterator[tuple[Node, ProjectionRunner]]:
    """A node whose code has that version: it reads and writes it."""
    async with open_node(database_url) as node:
        node.channels._served = ServedModel.of(type(projection))
        runner = node.runner(projection)
        async with running(runner.run()):
            yield node, runner


async def names(node: Node) -> list[str]:
    page = await node.channels.page("demo", "alice", limit=100, after=0)
    return [channel.name for channel in page.channels]


async def built(connection: asyncpg.Connection) -> dict[int, int]:
    return {
        model.version: position for model, position in (await read_checkpoints(connection)).items()
    }


async def test_the_old_version_serves_until_the_new_one_is_built(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with service_of(database_url, version(1)) as (old, _):
        for number in range(20):
            await create(old.commands, f"channel {number}")
        await old.list_reached(40)
    expected = [f"channel {number}" for number in range(20)]
    newer = version(2)
    newer.gate.clear()  # type: ignore[attr-defined]
    async with service_of(database_url, newer) as (node, runner):
        await eventually(lambda: is_rebuilding(runner))
        assert runner.is_readable
        assert not runner.is_built.is_set()
        assert await names(node) == expected
        states = [each.state for each in await model_statuses(node.database, node.log, [newer])]
        assert states == ["served until version 2 is built", "being built"]
        newer.gate.set()  # type: ignore[attr-defined]
        await runner.is_built.wait()
        assert await names(node) == expected
        await create(node.commands, "new")
        await node.list_reached(42)
        assert await names(node) == [*expected, "new"]
        states = [each.state for each in await model_statuses(node.database, node.log, [newer])]
        assert states == ["kept, for going back to it", "served"]
    assert "channels version 2 is not there: building it" in caplog.text
    assert "channels version 2 is built, and is read from now on" in caplog.text


async def test_who_goes_back_finds_their_own_version_and_it_catches_up(
    database_url: str, admin: asyncpg.Connection
) -> None:
    async with service_of(database_url, version(1)) as (node, _):
        await create(node.commands, "one")
        await node.list_reached(2)
    async with service_of(database_url, version(2)) as (node, runner):
        await runner.is_built.wait()
        await create(node.commands, "two")
        await node.list_reached(4)
    assert await built(admin) == {1: 2, 2: 4}
    older = version(1)
    older.gate.clear()  # type: ignore[attr-defined]
    async with service_of(database_url, older) as (node, runner):
        assert await names(node) == ["one"]  # as it was left, with its position
        older.gate.set()  # type: ignore[attr-defined]
        await node.list_reached(4)
        assert await names(node) == ["one", "two"]
    assert await built(admin) == {1: 4, 2: 4}


async def test_two_versions_are_kept_at_once_while_services_of_both_run(
    database_url: str, admin: asyncpg.Connection
) -> None:
    async with (
        service_of(database_url, version(1)) as (old, _),
        service_of(database_url, version(2)) as (new, runner),
    ):
        await runner.is_built.wait()
        for number in range(5):
            await create((old, new)[number % 2].commands, f"channel {number}")
        for node in (old, new):
            await node.list_reached(10)
            assert await names(node) == [f"channel {number}" for number in range(5)]
    assert await built(admin) == {1: 10, 2: 10}


async def test_the_version_before_the_one_before_makes_room(
    database_url: str, admin: asyncpg.Connection
) -> None:
    for number in (1, 2, 3):
        async with service_of(database_url, version(number)) as (_, runner):
            await runner.is_built.wait()
            await eventually(lambda: is_writing(admin))
    assert set(await built(admin)) == {2, 3}
    found = await admin.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'kanal_ch%'")
    assert {row["nspname"] for row in found} == {"kanal_channels_v2", "kanal_channels_v3"}


async def test_a_version_that_the_reader_cannot_read_is_not_served(database_url: str) -> None:
    async with service_of(database_url, version(1)) as (node, _):
        await create(node.commands, "one")
        await node.list_reached(2)
    newer = version(2, readable_since=2)
    newer.gate.clear()  # type: ignore[attr-defined]
    async with service_of(database_url, newer) as (node, runner):
        await eventually(lambda: is_rebuilding(runner))
        assert not runner.is_readable
        newer.gate.set()  # type: ignore[attr-defined]
        await node.list_reached(2)
        assert await names(node) == ["one"]


async def is_rebuilding(runner: ProjectionRunner) -> bool:
    return runner.rebuilding is not None


async def is_writing(connection: asyncpg.Connection) -> bool:
    """Whether the rebuild is over, and a writer of the model is there."""
    held: int = await connection.fetchval(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return held == 1
