"""The logged event: a row of the log as eventsourcing has it, not decoded yet."""

from dataclasses import dataclass
from typing import Any

import asyncpg
from eventsourcing.persistence import Notification


@dataclass(frozen=True)
class LoggedEvent(Notification):
    """A stored event with its position (`id`) and its workspace."""

    workspace_id: str | None

    @property
    def position(self) -> int:
        return self.id


COLUMNS = "originator_id, originator_version, topic, state, notification_id, workspace_id"
"""The columns of a row, in the order that `logged_event` expects."""


def logged_event(row: asyncpg.Record | tuple[Any, ...]) -> LoggedEvent:
    """The event of a row with those columns."""
    originator_id, originator_version, topic, state, position, workspace_id = row
    found = object.__new__(LoggedEvent)
    # A frozen dataclass sets its fields one by one, which takes three times as long.
    object.__setattr__(
        found,
        "__dict__",
        {
            "originator_id": originator_id,
            "originator_version": originator_version,
            "topic": topic,
            "state": state,
            "id": position,
            "workspace_id": workspace_id,
        },
    )
    return found
