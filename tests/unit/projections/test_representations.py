"""The ChannelModel: a channel as the outside sees it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import cast
from uuid import UUID

import msgspec
import pytest

from domain.channel import Channel, ChannelCreated
from domain.channel_repository import ChannelAt
from projections.representations import channel_model, rfc3339

MOMENT = datetime(2026, 1, 31, 10, 28, 19, 123456, tzinfo=UTC)


def channel_at(position: int, moment: datetime) -> ChannelAt:
    event = ChannelCreated(  # type: ignore[call-arg]  # its metaclass adds them
        originator_id=UUID("3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51"),
        originator_version=1,
        originator_topic="channel",
        timestamp=moment,
        workspace_id="demo",
        name="Общий",
        description=None,
        is_private=False,
        actor_id="alice",
        correlation_id="request-1",
    )
    return ChannelAt(cast(Channel, event.mutate(None)), position)


def test_the_model_in_json_is_as_promised() -> None:
    assert msgspec.json.decode(msgspec.json.encode(channel_model(channel_at(42, MOMENT)))) == {
        "id": "3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51",
        "workspaceId": "demo",
        "name": "Общий",
        "description": None,
        "isPrivate": False,
        "creatorId": "alice",
        "createdAt": "2026-01-31T10:28:19.123456Z",
        "updatedAt": "2026-01-31T10:28:19.123456Z",
        "version": 1,
        "position": 42,
    }


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (MOMENT.replace(microsecond=0), "2026-01-31T10:28:19.000000Z"),
        (MOMENT.replace(microsecond=120_000), "2026-01-31T10:28:19.120000Z"),
        (
            MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))),
            "2026-01-31T10:28:19.123456Z",
        ),
        (
            datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=3))),
            "2025-12-31T22:00:00.000000Z",
        ),
    ],
    ids=["whole seconds", "trailing zeros", "another time zone", "another year"],
)
def test_a_moment_is_told_in_utc_with_six_digits(moment: datetime, text: str) -> None:
    assert rfc3339(moment) == text
    assert datetime.fromisoformat(text) == moment
