"""Streams that are level with the log: told together, each what is for its reader, and let go where
they have to go on by themselves."""

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channel import ChannelDeleted
from domain.channel_repository import ChannelRepository
from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.log.lazy_event import LazyEvent
from persistence.log.subscription import Subscription
from persistence.log.wakeup import LOG_CHANNEL, Wakeup
from projections.emissions.change_reader import ChangeReader
from projections.feed.encoded import EncodedChanges
from projections.feed.newest import NewestChanges
from projections.feed.reader import FeedReader
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.events import channel_created
from tests.support.memory_log import LINEAGE, MemoryLog
from transport.delivery.live_delivery import Delivery
from transport.delivery.sessions import Sessions
from transport.http.feed.counting import FeedCounting
from transport.http.feed.level_stream import LevelStream
from transport.http.feed.level_streams import LevelStreams
from transport.metrics import Metrics

ALL = FeedReader("a service", True, None)
ONE = FeedReader("a service", True, frozenset({"other"}))
ALICE = FeedReader("alice", False, frozenset({"demo"}))
BOB = FeedReader("bob", False, frozenset({"demo", "other"}))
ENDS = FeedReader("bob", False, frozenset({"demo"}), frozenset({ChannelDeleted.TOPIC}))


class LazyLog(MemoryLog):
    """Reads as nodes do."""

    async def read_lazily(self, *, after: int, limit: int) -> list[LazyEvent]:
        return [_lazy(each) for each in self.events[after : after + limit]]


def _lazy(recorded: RecordedEvent) -> LazyEvent:
    return LazyEvent.known(recorded, str(getattr(recorded.event, "TOPIC", "")))


class Node:
    """What a node has for its level streams, in front of a log in memory."""

    def __init__(self) -> None:
        database: Any = None  # which only the wake-up's own task uses
        self.log, self.wakeup = LazyLog(), Wakeup(database)
        channels = ChannelRepository(self.log)
        self.delivery = Delivery(
            ChangeReader(channels), Sessions(hold_limit=0), lambda *_: None, ahead=self.wakeup
        )
        self.delivery.begin(LINEAGE, 0)
        self.newest = NewestChanges(
            self.log, EncodedChanges(ChangeReader(channels), lambda: LINEAGE)
        )
        counting = FeedCounting(Metrics(), lambda: 0)
        self.level = LevelStreams(self.newest, self.delivery, self.wakeup, counting)

    @property
    def head(self) -> int:
        return len(self.log.events)

    async def create(self, workspace: str = "demo", *, is_private: bool = False) -> None:
        name = f"{self.head}"
        event = channel_created(name, workspace=workspace, is_private=is_private)
        await self.log.append([event], workspace)
        self.wakeup.appended(self.head, "")

    async def told_to(self, reader: FeedReader, *, after: int = 0) -> list[int]:
        """The positions that a reader is told beyond one."""
        told = []
        while after < self.head:
            newest = await self.newest.read(reader.wants, after=after, upto=self.head)
            told += [each.position for change in newest.changes if (each := change.to(reader))]
            after = newest.position
        return told

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        subscription = Subscription(self.log.read_lazily, self.wakeup, after=0)
        async with running(self.delivery.run(subscription), self.level.run()):
            yield


class Stream:
    """A stream with a task of its own, which goes on by itself whenever it is let go."""

    def __init__(self, node: Node, reader: FeedReader, expires_at: float = math.inf) -> None:
        self.node, self.reader, self.expires_at = node, reader, expires_at
        self.position = 0
        self.takes_at_once = True
        self.heard: list[int] = []
        self.written: list[int] = []
        """Of those, what was written while it was level."""

    def write(self, chunk: bytes) -> None:
        size, _, text = chunk.partition(b"\r\n")
        assert len(text) == int(size, 16) + 2
        said = [int(each) for each in re.findall(rb"^id: \S+:(\d+)$", text, re.MULTILINE)]
        self.heard += said
        self.written += said

    async def be_level(self) -> None:
        """Return when it is let go."""
        level = LevelStream(self.reader, self.position, self.expires_at, self)
        try:
            await self.node.level.tell(level, PATIENCE)
        finally:
            self.position = level.position

    async def run(self) -> None:
        while True:
            self.heard += await self.node.told_to(self.reader, after=self.position)
            self.position = self.node.head
            await self.be_level()


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_whoever_comes_and_goes_hears_each_event_once_and_in_order(seed: int) -> None:
    asyncio.run(_come_and_go(Random(seed)))


async def _come_and_go(chance: Random) -> None:
    node = Node()
    streams = [Stream(node, reader) for reader in (ALL, ONE, ALICE, ALICE, BOB, ENDS)]
    async with node.followed():
        tasks = [asyncio.create_task(each.run()) for each in streams]
        for _ in range(200):
            number = chance.randrange(len(streams))
            match chance.randrange(10):
                case 0 | 1 | 2:
                    workspace = chance.choice(["demo", "other", "third"])
                    await node.create(workspace, is_private=chance.random() < 0.3)
                case 3:
                    streams[number].takes_at_once = chance.random() < 0.5
                case 4:
                    node.level.revisit(chance.choice(["alice", "bob"]))
                case 5:
                    tasks[number].cancel()
                    await asyncio.wait({tasks[number]})
                    tasks[number] = asyncio.create_task(streams[number].run())
                case _:
                    for _ in range(chance.randrange(5)):
                        await asyncio.sleep(0)
        for each in streams:
            each.takes_at_once = True
        await node.create()
        expected = [await node.told_to(each.reader) for each in streams]

        async def have_heard() -> bool:
            return all(
                each.heard[-1:] == told[-1:] for each, told in zip(streams, expected, strict=True)
            )

        await eventually(have_heard)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert [each.heard for each in streams] == expected
    assert any(each.written for each in streams)
    assert not node.level.index


async def test_who_does_not_take_it_or_may_not_any_more_is_let_go_where_it_was() -> None:
    node = Node()
    takes, slow, over = (Stream(node, ALL) for _ in range(3))
    slow.takes_at_once, over.expires_at = False, time.time() - 1
    async with node.followed(), running(takes.run()):
        let_go = [asyncio.create_task(each.be_level()) for each in (slow, over)]
        await asyncio.sleep(0)
        await node.create()
        await asyncio.gather(*let_go)
        assert takes.written == [1]
        assert (slow.position, slow.written) == (over.position, over.written) == (0, [])


async def test_who_had_access_taken_back_is_let_go_before_anything_is_told() -> None:
    node = Node()
    alice, bob = Stream(node, ALICE), Stream(node, BOB)
    async with node.followed(), running(bob.run()):
        let_go = asyncio.create_task(alice.be_level())
        await asyncio.sleep(0)
        node.level.revisit("alice")
        await node.create()
        await let_go
        await eventually(lambda: _is(bob.written == [1]))
        assert (alice.position, alice.written) == (0, [])


class First:
    """A follower that has found the first event, and then nothing more."""

    position = 1

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def pages(self) -> AsyncIterator[list[LazyEvent]]:
        yield [_lazy(self._log.events[0])]
        await asyncio.Event().wait()


async def test_nothing_is_told_that_the_node_has_not_delivered() -> None:
    node = Node()
    stream = Stream(node, ALL)
    await node.create()
    await node.create()
    async with running(node.delivery.run(First(node.log)), node.level.run()):
        await stream.be_level()
    assert (stream.position, stream.written) == (1, [1])


async def test_all_are_let_go_where_the_log_goes_on_as_another() -> None:
    node = Node()
    stream = Stream(node, ALL)
    async with node.followed():
        let_go = asyncio.create_task(stream.be_level())
        await asyncio.sleep(0)
        node.delivery.pause()
        await node.log.append([channel_created()], "demo")
        node.wakeup.wake(LOG_CHANNEL)
        await let_go
    assert (stream.position, stream.written) == (0, [])


async def test_what_nobody_reads_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    node = Node()
    stream = Stream(node, ONE)

    async def read(*, after: int, limit: int) -> list[LazyEvent]:
        found = [_lazy(each) for each in node.log.events[after : after + limit]]
        return [Unreadable(each) if each.workspace_id == "demo" else each for each in found]

    monkeypatch.setattr(node.log, "read_lazily", read)
    async with node.followed(), running(stream.be_level()):
        await node.create("demo")
        await node.create("other")
        await eventually(lambda: _is(stream.written == [2]))


class Unreadable(LazyEvent):
    """An event that nobody can decode."""

    __slots__ = ()

    def __init__(self, found: LazyEvent) -> None:
        self.position, self.workspace_id = found.position, found.workspace_id
        self.topic = found.topic

    @property
    def event(self) -> Any:
        raise UndecodableEvent(self.position, self.topic, "a test's")


async def _is(answer: bool) -> bool:
    return answer
