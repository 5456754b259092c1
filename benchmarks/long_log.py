"""A long log, made at once: channels, each with its name, as commands would have recorded them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from domain.channel import ChannelCreated
from domain.channel_name import NameReserved
from domain.identifiers import name_stream_id
from persistence.database.pool import Database
from persistence.log.mapper import create_mapper

WORKSPACES = 100
USERS = 1_000
EVENTS_OF_A_CHANNEL = 2


async def copy_channels(url: str, channels: int, workspaces: int = WORKSPACES) -> None:
    """So many channels in an empty database; a quarter of them private."""
    database = Database(url)
    await database.open()
    await database.close()
    connection = await asyncpg.connect(url)
    try:
        await connection.copy_records_to_table(
            "stored_events", columns=_COLUMNS, records=_rows(channels, workspaces), timeout=600
        )
        await connection.execute(
            "UPDATE log_head SET position = $1", EVENTS_OF_A_CHANNEL * channels
        )
        await connection.execute("VACUUM ANALYZE stored_events", timeout=600)
    finally:
        await connection.close()


def _rows(channels: int, workspaces: int) -> Iterator[tuple[Any, ...]]:
    encoded = {is_private: _encoded(is_private=is_private) for is_private in (True, False)}
    began = datetime(2026, 1, 31, tzinfo=UTC)
    for number in range(channels):
        workspace_id, name, channel_id = f"w{number % workspaces}", f"channel {number}", uuid4()
        streams = (channel_id, name_stream_id(workspace_id, name))
        own = {
            _MODEL.timestamp.isoformat(): (began + timedelta(milliseconds=number)).isoformat(),
            _MODEL.actor_id: f"user-{number % USERS}",
            _MODEL.correlation_id: f"request-{number}",
            _MODEL.workspace_id: workspace_id,
            _MODEL.name: name,
            _MODEL.channel_id.hex: channel_id.hex,
        }
        pairs = zip(streams, encoded[number % 4 == 0], strict=True)
        for place, (stream_id, (topic, state)) in enumerate(pairs, 1):
            its_state = reduce(lambda text, each: text.replace(*each), own.items(), state)
            position = EVENTS_OF_A_CHANNEL * number + place
            yield (stream_id, 1, topic, its_state.encode(), workspace_id, position)


class _MODEL:
    """What stands for a channel's own in the events that are encoded once."""

    timestamp = datetime(2001, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
    actor_id = "the-actor"
    correlation_id = "the-request"
    workspace_id = "the-workspace"
    name = "the-name"
    channel_id = UUID(int=2**127)


def _encoded(*, is_private: bool) -> list[tuple[str, str]]:
    """The topics and states of a channel's events, encoded as the service encodes them."""
    said: Any = {
        "timestamp": _MODEL.timestamp,
        "actor_id": _MODEL.actor_id,
        "correlation_id": _MODEL.correlation_id,
        "workspace_id": _MODEL.workspace_id,
        "originator_version": 1,
    }
    created = ChannelCreated(
        originator_id=_MODEL.channel_id,
        originator_topic="channel",
        name=_MODEL.name,
        description="What it is about",
        is_private=is_private,
        **said,
    )
    reserved = NameReserved(
        originator_id=name_stream_id(_MODEL.workspace_id, _MODEL.name),
        originator_topic="channel-name",
        key=_MODEL.name,
        channel_id=_MODEL.channel_id,
        **said,
    )
    stored = [create_mapper().to_stored_event(event) for event in (created, reserved)]
    return [(event.topic, event.state.decode()) for event in stored]


_COLUMNS = (
    "originator_id",
    "originator_version",
    "topic",
    "state",
    "workspace_id",
    "notification_id",
)
