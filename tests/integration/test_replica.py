"""What a replica that has come far enough can answer, it answers; all else is the primary's."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from domain.channel import ChannelCreated
from persistence.database import replica as replica_module
from persistence.database.pool import Database
from persistence.database.reading import Ask, T
from persistence.database.replica import Replica
from persistence.log.replica_check import ReplicaCheck
from persistence.log.stored_events import StoredEvents
from tests.support.background import eventually
from tests.support.events import channel_created
from tests.support.node import Node, open_node
from tests.support.postgres import ask, create_database
from tests.support.postgres_programs import promote
from tests.support.replica import ReplicatedPostgres


class Primary(Database):
    """Counts what is read of it."""

    reads = 0

    async def read(self, ask: Ask[T], *, upto: int = 0) -> T:
        self.reads += 1
        return await super().read(ask, upto=upto)


@pytest.fixture
async def pair() -> AsyncIterator[ReplicatedPostgres]:
    with tempfile.TemporaryDirectory(prefix="kanal-") as directory:
        pair = ReplicatedPostgres(Path(directory))
        try:
            await pair.start()
            yield pair
        finally:
            await pair.stop()


@pytest.fixture
async def node(pair: ReplicatedPostgres) -> AsyncIterator[Node]:
    """On the primary of a pair whose replica has the log with one event."""
    url = await asyncio.to_thread(create_database, pair.primary.url)
    async with open_node(url) as node:
        await node.log.append([channel_created()], "demo")
        await pair.replicate()
        yield node


class Read:
    """A node's reading where there is a replica."""

    def __init__(self, node: Node, url: str, primary: Primary) -> None:
        self.primary = primary
        self.replica = Replica(
            url, primary, ReplicaCheck(lambda: node.epochs.lineage), head=lambda: node.wakeup.head
        )
        self._stored = StoredEvents(primary, copies=self.replica)

    async def upto(self, position: int) -> int:
        """Read in each way that has such a bound; answers how often the primary was asked."""
        before = self.primary.reads
        (first, *others) = await self._stored.select_workspace("demo", after=0, upto=position)
        assert len(others) == position - 1
        stream = cast(UUID, first.originator_id)
        topic = ChannelCreated.TOPIC
        begun = await self._stored.select_begun("demo", topic, after=0, upto=position, limit=9)
        assert len(begun.streams) == position
        assert await self._stored.select_newer({stream: 0}, upto=position) == [first]
        assert await self._stored.select_stream(stream, as_of=position) == [first]
        return self.primary.reads - before


@pytest.fixture
async def read(pair: ReplicatedPostgres, node: Node) -> AsyncIterator[Read]:
    async with node.database.acquire() as connection:
        database = await connection.fetchval("SELECT current_database()")
    path = f"/{database}"
    primary = Primary(urlsplit(pair.primary.url)._replace(path=path).geturl())
    await primary.open()
    read = Read(node, urlsplit(pair.replica.url)._replace(path=path).geturl(), primary)
    await read.replica.look()
    yield read
    await read.replica.close()
    await primary.close()


async def test_what_lies_up_to_a_position_is_read_from_a_replica_that_has_come_so_far(
    pair: ReplicatedPostgres, node: Node, read: Read
) -> None:
    assert await read.upto(1) == 0
    await pair.pause()
    await node.log.append([channel_created()], "demo")
    assert await read.upto(1) == 0
    assert await read.upto(2) == 4
    await ask(pair.replica.url, "SELECT pg_wal_replay_resume()::text")
    await pair.catch_up()
    assert await read.upto(2) == 0


async def test_one_that_is_away_is_not_asked_until_it_is_back_and_that_is_said_once(
    pair: ReplicatedPostgres, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await asyncio.to_thread(pair.replica.stop)
    assert await read.upto(1) == await read.upto(1) == 4
    await read.replica.look()
    await asyncio.to_thread(pair.replica.start)

    async def is_back() -> bool:
        await read.replica.look()
        return await read.upto(1) == 0

    await eventually(is_back)
    said = [line for line in caplog.messages if line.startswith("replica")]
    assert len(said) == 2
    assert said[0].startswith("replica away, the primary is read in its place: ")
    assert said[1].startswith("replica back after ")


async def test_one_that_stays_behind_is_read_no_more(
    pair: ReplicatedPostgres,
    node: Node,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(replica_module, "MAX_LAG", 0.05)
    await pair.pause()
    await node.log.append([channel_created()], "demo")

    async def is_left() -> bool:
        await read.replica.look()
        return await read.upto(1) == 4

    await eventually(is_left)
    assert "s behind the primary" in caplog.text


async def test_one_that_was_promoted_is_noticed_though_it_has_the_same_events(
    pair: ReplicatedPostgres,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The connections to it stay."""
    monkeypatch.setattr(replica_module, "LOOK_INTERVAL", 0.0)
    assert await read.upto(1) == 0
    await asyncio.to_thread(promote, pair.replica)
    assert await read.upto(1) == 4
    assert "it is no replica of the primary" in caplog.text


async def test_another_log_is_noticed(
    pair: ReplicatedPostgres, node: Node, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    other = await asyncio.to_thread(create_database, pair.primary.url)
    async with open_node(other) as other_node:
        await other_node.log.append([channel_created()], "demo")
        misled = Read(node, other, read.primary)
        await misled.replica.look()
        assert await misled.upto(1) == 4
        assert "it has another log" in caplog.text
        await misled.replica.close()
