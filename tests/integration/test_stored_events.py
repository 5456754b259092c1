"""What was appended is read back: by stream, by position, and as the domain wrote it."""

import asyncio
from typing import cast
from uuid import UUID, uuid4

import pytest

from domain.channel import Channel
from domain.channel_name import ChannelName, NameReservation
from tests.support.creation import create
from tests.support.events import channel_created, stored_event, stored_stream
from tests.support.node import Node, open_node
from tests.support.postgres import create_database


@pytest.fixture
async def general(node: Node) -> Channel:
    """A channel that a command has created, at positions 1 and 2."""
    return (await create(node.commands, "Général 🙂", description='"quoted"\n')).at.channel


async def test_a_channel_is_read_back_as_it_was_written(
    second_node: Node, general: Channel
) -> None:
    (recorded,) = await second_node.log.read_stream(general.id)
    assert recorded.position == 1
    assert recorded.event.mutate(None) == general


async def test_every_node_reads_the_same_events_from_its_memory_or_from_postgres(
    node: Node, second_node: Node, general: Channel
) -> None:
    for number in range(5):
        await second_node.log.append([channel_created(f"{number}")], "demo")
    logs = [await reader.log.read_all(after=0, limit=100) for reader in (node, second_node)]
    while len(logs[0]) < 7:  # a node may answer what it has at hand first
        logs[0] += await node.log.read_all(after=len(logs[0]), limit=100)
    assert logs[0] == logs[1]
    assert [recorded.position for recorded in logs[0]] == [1, 2, 3, 4, 5, 6, 7]
    reservation = logs[1][1].event.mutate(None)
    assert isinstance(reservation, NameReservation)
    assert reservation.key == ChannelName(general.name).key
    assert reservation.channel_id == general.id


async def test_a_page_is_at_most_as_long_as_asked_for(node: Node, second_node: Node) -> None:
    for _ in range(5):
        await node.log.append([channel_created()], "demo")
    for reader in (node, second_node):
        page = await reader.log.read_all(after=1, limit=3)
        assert [recorded.position for recorded in page] == [2, 3, 4]
        assert await reader.log.read_all(after=5, limit=3) == []


async def test_a_stream_is_read_in_part(node: Node) -> None:
    stream = stored_stream(5)
    await node.queue.append([stored_event()], "demo")
    await node.queue.append(stream, "demo")
    stream_id = cast(UUID, stream[0].originator_id)

    async def versions(**part: int) -> list[int]:
        found = await node.stored.select_stream(stream_id, **part)
        return [event.originator_version for event in found]

    assert await versions() == [1, 2, 3, 4, 5]
    assert await versions(after=2) == [3, 4, 5]
    assert await versions(upto=2) == [1, 2]
    assert await versions(after=1, upto=4) == [2, 3, 4]
    assert await versions(after=5) == []
    assert await node.stored.select_stream(uuid4()) == []


async def test_a_log_has_an_id_that_every_node_reads_and_no_other_log_has(
    node: Node, second_node: Node, postgres_url: str
) -> None:
    lineage = await node.stored.lineage()
    assert await second_node.stored.lineage() == lineage
    async with open_node(await asyncio.to_thread(create_database, postgres_url)) as other:
        assert await other.stored.lineage() != lineage
