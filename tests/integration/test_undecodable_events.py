"""An event that cannot be decoded is told by its position, and nobody reads past it unaware."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.channel import Channel
from domain.event_log import DomainEvent, UndecodableEvent
from persistence.log.mapper import create_mapper
from tests.support.creation import create
from tests.support.events import channel_created
from tests.support.node import Node, open_node

ABSENT = object()


def stored_as(event: DomainEvent, **state: Any) -> StoredEvent:
    """The event as the mapper stores it, but for some of its state; ABSENT takes a field out."""
    stored = create_mapper().to_stored_event(event)
    changed = {**json.loads(stored.state), **state}
    left = {name: value for name, value in changed.items() if value is not ABSENT}
    return StoredEvent(
        stored.originator_id, 1, stored.topic, json.dumps(left, separators=(",", ":")).encode()
    )


def with_topic(topic: str, state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(UUID(int=1), 1, topic, state)


UNKNOWN = "which this version of Kanal does not know; upgrade it"
UNDECODABLE: dict[str, tuple[StoredEvent, str]] = {
    "an unknown topic": (with_topic("channel.merged"), UNKNOWN),
    "a topic of no event": (with_topic("channel"), "which cannot be decoded: TypeError"),
    "a newer shape": (
        stored_as(channel_created(), class_version=2),
        "in its shape 2, which this version of Kanal does not know; upgrade it",
    ),
    "a newer shape without a field of ours": (
        stored_as(channel_created(), class_version=3, name=ABSENT),
        "in its shape 3, which this version of Kanal does not know; upgrade it",
    ),
    "no JSON": (
        with_topic("channel.deleted", b"{"),
        "which cannot be decoded: Input data was truncated",
    ),
    "no object": (with_topic("channel.deleted", b"[]"), "which cannot be decoded: TypeError"),
    "an unknown value": (
        stored_as(channel_created(), name={"_type_": "colour", "_data_": "red"}),
        "which cannot be decoded: Data serialized with name 'colour'",
    ),
    "a missing field": (
        stored_as(channel_created(), name=ABSENT, timestamp=ABSENT),
        "which cannot be decoded: ValueError: it has no name, timestamp",
    ),
}


@pytest.mark.parametrize(("stored", "reason"), UNDECODABLE.values(), ids=UNDECODABLE)
async def test_it_is_named_by_its_position_its_topic_and_what_is_wrong(
    node: Node, stored: StoredEvent, reason: str
) -> None:
    await node.log.append([channel_created()], "demo")
    await node.queue.append([stored], "demo")
    with pytest.raises(UndecodableEvent) as raised:
        await node.log.read_all(after=1, limit=10)
    error = raised.value
    assert (error.position, error.topic) == (2, stored.topic)
    assert error.reason.startswith(reason)
    assert str(error) == f"position 2 holds an event of the topic {stored.topic!r}, {error.reason}"


async def test_a_field_may_hold_whatever_looks_like_a_shape(node: Node) -> None:
    await node.log.append([channel_created("class_version")], "demo")
    await node.queue.append([stored_as(channel_created(), class_version=1)], "demo")
    first, second = (recorded.event for recorded in await node.whole_log())
    assert isinstance(first, Channel.Created)
    assert first.name == "class_version"
    assert isinstance(second, Channel.Created)


async def test_a_page_of_the_log_ends_before_it_and_the_next_raises(
    node: Node, database_url: str
) -> None:
    for number in range(3):
        await node.log.append([channel_created(str(number))], "demo")
    await node.queue.append([with_topic("topic")], "demo")
    await node.log.append([channel_created("after")], "demo")
    async with open_node(database_url) as reader:
        for after in (0, 1, 0):
            page = await reader.log.read_all(after=after, limit=10)
            assert [each.position for each in page] == list(range(after + 1, 4))
        for _ in range(2):
            with pytest.raises(UndecodableEvent):
                await reader.log.read_all(after=3, limit=10)
        (beyond,) = await reader.log.read_all(after=4, limit=10)
        assert beyond.position == 5


READS: dict[str, Callable[[Node, UUID], Awaitable[Any]]] = {
    "a stream": lambda node, stream: node.log.read_stream(stream),
    "an aggregate": lambda node, stream: node.log.read_latest(stream),
    "a workspace": lambda node, stream: node.log.read_workspace("demo", after=0, upto=9),
    "what is newer": lambda node, stream: node.log.read_newer({stream: 1}),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_every_other_read_that_meets_it_raises(
    node: Node, read: Callable[[Node, UUID], Awaitable[Any]]
) -> None:
    channel = (await create(node.commands)).at.channel
    await node.queue.append([StoredEvent(channel.id, 2, "channel.merged", b"{}")], "demo")
    with pytest.raises(UndecodableEvent) as raised:
        await read(node, channel.id)
    assert raised.value.position == 3


async def test_reads_that_do_not_meet_it_answer(node: Node) -> None:
    channel = (await create(node.commands)).at.channel
    await node.queue.append([StoredEvent(channel.id, 2, "channel.merged", b"{}")], "demo")
    other = (await create(node.commands, "other")).at.channel
    assert len(await node.log.read_stream(channel.id, upto=1)) == 1
    assert len(await node.log.read_latest(other.id)) == 1
    assert len(await node.log.read_workspace("demo", after=3, upto=9)) == 2
