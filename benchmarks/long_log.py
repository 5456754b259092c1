"""A long log, made at once: channels, each with its name, as commands would have recorded them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from domain.channel import ChannelCreated
from domain.channel_name import NameReserved
from domain.identifiers import name_stream_id
from persistence.database import Database
from persistence.mapper import create_mapper

WORKSPACES = 100
USERS = 1_000
EVENTS_OF_A_CHANNEL = 2


async def copy_channels(url: str, channels: int) -> None:
    """So many channels in an empty database; a quarter of them private."""
    database = Database(url)
    await database.open()
    await database.close()
    connection = await asyncpg.connect(url)
    try:
        await connection.copy_records_to_table(
            "stored_events", columns=_COLUMNS, records=_rows(channels), timeout=600
        )
        await connection.execute(
            "UPDATE log_head SET position = $1", EVENTS_OF_A_CHANNEL * channels
        )
        await connection.execute("VACUUM ANALYZE stored_events", timeout=600)
    finally:
        await connection.close()


def _rows(channels: int) -> Iterator[tuple[Any, ...]]:
    mapper, began = create_mapper(), datetime(2026, 1, 31, tzinfo=UTC)
    position = 0
    for number in range(channels):
        workspace_id, name, channel_id = f"w{number % WORKSPACES}", f"channel {number}", uuid4()
        said: Any = {
            "timestamp": began + timedelta(milliseconds=number),
            "actor_id": f"user-{number % USERS}",
            "correlation_id": f"request-{number}",
            "workspace_id": workspace_id,
            "originator_version": 1,
        }
        for event in (
            ChannelCreated(
                originator_id=channel_id,
                originator_topic="channel",
                name=name,
                description="What it is about",
                is_private=number % 4 == 0,
                **said,
            ),
            NameReserved(
                originator_id=name_stream_id(workspace_id, name),
                originator_topic="channel-name",
                key=name,
                channel_id=channel_id,
                **said,
            ),
        ):
            position += 1
            stored = mapper.to_stored_event(event)
            yield (stored.originator_id, 1, stored.topic, stored.state, workspace_id, position)


_COLUMNS = (
    "originator_id",
    "originator_version",
    "topic",
    "state",
    "workspace_id",
    "notification_id",
)
