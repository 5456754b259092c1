"""The channel repository: what it keeps it never takes for current, and it keeps only so much."""

from uuid import UUID, uuid4

import pytest

from domain.channel_fields import ChannelPatch
from domain.channel_name import NameReservation
from domain.channel_repository import ChannelAt, ChannelRepository, fold_channel
from domain.commands import ChannelCommands
from domain.event_log import RecordedEvent
from domain.queries import ChannelQueries, ChannelRef
from tests.support.aggregates import folded, state
from tests.support.creation import ALICE, BOB, asked_by, create
from tests.support.log_state import streams
from tests.support.memory_log import MemoryLog

BY_ALICE = asked_by(ALICE)


class WatchedLog(MemoryLog):
    """Keeps the versions that were read, read by read."""

    def __init__(self) -> None:
        super().__init__()
        self._read: list[list[int]] = []

    async def read_stream(
        self,
        stream_id: UUID,
        *,
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> list[RecordedEvent]:
        found = await super().read_stream(stream_id, after=after, upto=upto, as_of=as_of)
        self._read.append([recorded.event.originator_version for recorded in found])
        return found

    def read_since(self) -> list[list[int]]:
        """What was read since this was last asked."""
        read, self._read = self._read, []
        return read


@pytest.fixture
def log() -> WatchedLog:
    return WatchedLog()


@pytest.fixture
def commands(log: WatchedLog) -> ChannelCommands:
    """Another node's: with a repository of its own."""
    return ChannelCommands(log, ChannelQueries(log, ChannelRepository(log)))


async def found(channels: ChannelRepository, channel_id: UUID) -> ChannelAt:
    at = await channels.find(channel_id)
    assert at is not None
    return at


async def some_channels(commands: ChannelCommands, count: int) -> list[UUID]:
    return [(await create(commands, f"channel {number}")).at.channel.id for number in range(count)]


async def test_a_channel_is_found_as_of_now_however_often_it_was_found_before(
    channels: ChannelRepository, commands: ChannelCommands, ref: ChannelRef
) -> None:
    for number in range(5):
        at = await commands.update_channel(BY_ALICE, ref, ChannelPatch(description=f"{number}"))
        for _ in range(2):
            again = await found(channels, ref.channel_id)
            assert (vars(again.channel), again.position) == (vars(at.channel), at.position)
    await commands.delete_channel(BY_ALICE, ref)
    assert (await found(channels, ref.channel_id)).channel.is_deleted


async def test_only_what_is_newer_is_read(
    log: WatchedLog, channels: ChannelRepository, commands: ChannelCommands, ref: ChannelRef
) -> None:
    log.read_since()
    await channels.find(ref.channel_id)
    await channels.find(ref.channel_id)
    assert log.read_since() == [[1, 2, 3], []]
    for name in ("new", "newer"):
        await commands.update_channel(BY_ALICE, ref, ChannelPatch(name=name))
    log.read_since()
    await channels.find(ref.channel_id)
    await channels.find(ref.channel_id)
    assert log.read_since() == [[4, 5], []]


async def test_what_is_found_is_the_callers_to_change(
    channels: ChannelRepository, ref: ChannelRef
) -> None:
    first = await found(channels, ref.channel_id)
    before = state(first.channel)
    first.channel.add_member(BY_ALICE, "dora", None)
    first.channel.update(BY_ALICE, ChannelPatch(name="another", is_private=False))
    first.channel.delete(BY_ALICE)
    assert state((await found(channels, ref.channel_id)).channel) == before


async def test_what_was_found_before_stays_as_it_was(
    channels: ChannelRepository, commands: ChannelCommands, ref: ChannelRef
) -> None:
    first = await found(channels, ref.channel_id)
    before = state(first.channel)
    await commands.remove_member(BY_ALICE, ref, "bob")
    assert (await found(channels, ref.channel_id)).channel.version == 4
    assert state(first.channel) == before


async def test_at_most_so_many_are_kept_and_those_that_were_used_last(
    log: WatchedLog, commands: ChannelCommands
) -> None:
    channels = ChannelRepository(log, size=2)
    a, b, c = await some_channels(commands, 3)
    for channel_id in (a, b, a, c):
        await channels.find(channel_id)
    log.read_since()
    for channel_id in (a, c, b):
        await channels.find(channel_id)
    assert log.read_since() == [[], [], [1]]
    for channel_id in (c, a):
        await channels.find(channel_id)
    assert log.read_since() == [[], [1]]


async def test_what_it_holds_is_bounded(log: WatchedLog, commands: ChannelCommands) -> None:
    channels = ChannelRepository(log, size=3)
    for channel_id in await some_channels(commands, 20):
        await channels.find(channel_id)
        await channels.find(uuid4())
    assert [len(held) for held in vars(channels).values() if hasattr(held, "__len__")] == [3]


async def test_the_stream_of_something_else_is_no_channel(
    channels: ChannelRepository, commands: ChannelCommands, ref: ChannelRef
) -> None:
    name = NameReservation.create_id("demo", "general")
    assert await channels.find(name) is None
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(name="new"))
    await create(commands, "general", actor=BOB)
    assert await channels.find(name) is None
    assert await channels.as_of(name, 1) is None


async def test_what_never_was_is_not_found(channels: ChannelRepository) -> None:
    channel_id = uuid4()
    assert await channels.find(channel_id) is None
    assert await channels.as_of(channel_id, 1) is None


async def test_a_channel_created_after_it_was_not_found_is_found(
    channels: ChannelRepository, commands: ChannelCommands, ref: ChannelRef, log: WatchedLog
) -> None:
    stream = streams(log.events)[ref.channel_id]
    log.events, events = [], log.events
    assert await channels.find(ref.channel_id) is None
    log.events = events
    assert (await found(channels, ref.channel_id)).position == stream[-1].position


async def test_a_channel_is_known_as_it_was_at_each_version(
    channels: ChannelRepository, log: WatchedLog, ref: ChannelRef
) -> None:
    """Whether or not it is kept, and without a change to what is."""
    stream = [recorded.event for recorded in streams(log.events)[ref.channel_id]]
    for _ in range(2):
        assert await channels.as_of(ref.channel_id, 0) is None
        for version in (3, 1, 2):
            was = await channels.as_of(ref.channel_id, version)
            assert was is not None
            assert vars(was) == vars(folded(stream[:version]))
        assert (await found(channels, ref.channel_id)).channel.version == 3


async def test_folding_on_leaves_what_it_goes_on_from_as_it_was(
    log: WatchedLog, ref: ChannelRef
) -> None:
    stream = streams(log.events)[ref.channel_id]
    at = fold_channel(stream[:2])
    assert at is not None
    before = state(at.channel)
    further, unmoved = fold_channel(stream[2:], at), fold_channel([], at)
    assert state(at.channel) == before
    assert unmoved == at
    assert further is not None
    assert vars(further.channel) == vars(folded([recorded.event for recorded in stream]))
    assert further.position == stream[-1].position
