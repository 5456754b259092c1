"""Stored and domain events for tests of storage."""

from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.actor import Actor, Cause, Role
from domain.channel import Channel
from domain.channel_name import ChannelName
from domain.event_log import DomainEvent


def stored_event(stream: UUID | None = None, version: int = 1) -> StoredEvent:
    """An event of a stream of its own, or of the given one."""
    return StoredEvent(stream or uuid4(), version, "topic", b"{}")


def channel_created(
    name: str = "general",
    *,
    workspace: str = "demo",
    user: str = "alice",
    is_private: bool = False,
    description: str | None = None,
) -> DomainEvent:
    """The event of a new channel."""
    channel = Channel.create(
        Cause(Actor(user, {workspace: Role.USER}), "test"),
        channel_id=uuid4(),
        workspace_id=workspace,
        name=ChannelName.parse(name),
        description=description,
        is_private=is_private,
    )
    return channel.collect_events()[0]


def stored_stream(count: int) -> list[StoredEvent]:
    """The first events of a new stream."""
    stream = uuid4()
    return [stored_event(stream, version) for version in range(1, count + 1)]
