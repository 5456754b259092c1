"""The projection of the channel list: pages of the log in, rows of the read model out.

The effect of a page is gathered first and then written with one statement for each kind of change,
so the cost of a page hardly depends on what happened in it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from domain.access import ACCESS_TOPICS
from domain.channel import (
    Channel,
    ChannelCreated,
    ChannelDeleted,
    ChannelUpdated,
    MemberAdded,
    MemberRemoved,
)
from domain.channel_name import NAME_TOPICS
from domain.event_log import RecordedEvent
from persistence.database.pool import Connection
from persistence.database.statements import statement
from persistence.read_models.models import ReadModel


class ChannelListProjection:
    """Writes the rows, in the transaction in which its runner moves the checkpoint."""

    model: ClassVar = ReadModel("channels", version=1)
    readable_since: ClassVar = 1
    gathers_for: ClassVar = 0.02
    ignores: ClassVar = NAME_TOPICS | ACCESS_TOPICS
    tables: ClassVar = """
        CREATE TABLE channel_list (
            channel_id uuid PRIMARY KEY,
            workspace_id text NOT NULL,
            name text NOT NULL,
            description text,
            is_private boolean NOT NULL,
            creator_id text NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            version bigint NOT NULL,
            position bigint NOT NULL,
            created_position bigint NOT NULL
        );
        CREATE TABLE channel_list_members (
            channel_id uuid NOT NULL,
            user_id text NOT NULL,
            workspace_id text NOT NULL,
            created_position bigint NOT NULL,
            PRIMARY KEY (channel_id, user_id)
        );
    """
    # One index for each half of `sql/select_visible.sql`, in the order of the list.
    indexes: ClassVar = """
        CREATE UNIQUE INDEX ON channel_list (workspace_id, created_position) WHERE NOT is_private;
        CREATE INDEX ON channel_list_members (workspace_id, user_id, created_position);
    """

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Bring the rows up to date with the next events of the log."""
        effect = _Effect()
        for recorded in page:
            if isinstance(recorded.event, Channel.Event):
                effect.add(recorded.event, recorded.position)
        await effect.write(connection)


class _Row(msgspec.Struct):
    """A row of the list, in the order of its columns."""

    channel_id: UUID
    workspace_id: str
    name: str
    description: str | None
    is_private: bool
    creator_id: str
    created_at: datetime
    updated_at: datetime
    version: int
    position: int
    created_position: int


class _Effect:
    """What some events together do to the rows."""

    def __init__(self) -> None:
        self._created: dict[UUID, _Row] = {}
        self._updated: dict[UUID, dict[str, Any]] = {}
        self._deleted: list[UUID] = []
        self._members: dict[UUID, dict[str, bool]] = {}
        """By channel and user: whether the user is a member after the events."""

    def add(self, event: Channel.Event, position: int) -> None:
        """Take in the next event."""
        channel_id = event.originator_id
        changes: dict[str, Any] = {}
        match event:
            case ChannelCreated():
                self._created[channel_id] = _Row(
                    channel_id=channel_id,
                    workspace_id=event.workspace_id,
                    name=event.name,
                    description=event.description,
                    is_private=event.is_private,
                    creator_id=event.actor_id,
                    created_at=event.timestamp,
                    updated_at=event.timestamp,
                    version=event.originator_version,
                    position=position,
                    created_position=position,
                )
                if event.is_private:
                    self._members[channel_id] = {event.actor_id: True}
                return
            case ChannelDeleted():
                self._members.pop(channel_id, None)
                self._updated.pop(channel_id, None)
                if self._created.pop(channel_id, None) is None:
                    self._deleted.append(channel_id)
                return
            case ChannelUpdated():
                changes = dict(event.changes)
            case MemberAdded() | MemberRemoved():
                is_member = isinstance(event, MemberAdded)
                self._members.setdefault(channel_id, {})[event.user_id] = is_member
        changes["updated_at"] = event.timestamp
        changes["version"] = event.originator_version
        changes["position"] = position
        if (row := self._created.get(channel_id)) is None:
            self._updated.setdefault(channel_id, {}).update(changes)
        else:
            for column, value in changes.items():
                setattr(row, column, value)

    async def write(self, connection: Connection) -> None:
        """Bring the rows to the state after the events."""
        if self._created:
            records = map(msgspec.structs.astuple, self._created.values())
            await connection.copy_records_to_table(
                "channel_list", columns=_Row.__struct_fields__, records=records
            )
        if self._updated:
            await connection.execute(_UPDATE, list(self._updated), *self._updates())
        if self._deleted:
            await connection.execute(_DELETE_MEMBERS_OF, self._deleted)
            await connection.execute(_DELETE, self._deleted)
        await self._write_members(connection)

    async def _write_members(self, connection: Connection) -> None:
        first: list[tuple[UUID, str, str, int]] = []
        """The rows of those who are members of new channels."""
        added: list[tuple[UUID, str]] = []
        removed: list[tuple[UUID, str]] = []
        for channel_id, users in self._members.items():
            row = self._created.get(channel_id)
            for user_id, is_member in users.items():
                if row is None:
                    (added if is_member else removed).append((channel_id, user_id))
                elif is_member:
                    first.append((channel_id, user_id, row.workspace_id, row.created_position))
        if first:
            await connection.copy_records_to_table("channel_list_members", records=first)
        for write, changed in ((_ADD_MEMBERS, added), (_REMOVE_MEMBERS, removed)):
            if changed:
                await connection.execute(write, *zip(*changed, strict=True))

    def _updates(self) -> list[list[Any]]:
        """The arrays for _UPDATE; None stands for a value that stays as it is."""
        rows = self._updated.values()
        return [
            [row.get("name") for row in rows],
            ["description" in row for row in rows],
            [row.get("description") for row in rows],
            [row.get("is_private") for row in rows],
            [row["updated_at"] for row in rows],
            [row["version"] for row in rows],
            [row["position"] for row in rows],
        ]


_UPDATE = statement(__file__, "update_channels")

_DELETE_MEMBERS_OF = "DELETE FROM channel_list_members WHERE channel_id = ANY ($1::uuid[])"

_DELETE = "DELETE FROM channel_list WHERE channel_id = ANY ($1::uuid[])"

_ADD_MEMBERS = """
INSERT INTO channel_list_members (channel_id, user_id, workspace_id, created_position)
SELECT m.channel_id, m.user_id, c.workspace_id, c.created_position
FROM unnest($1::uuid[], $2::text[]) AS m (channel_id, user_id)
JOIN channel_list AS c USING (channel_id)
ON CONFLICT DO NOTHING
"""

_REMOVE_MEMBERS = """
DELETE FROM channel_list_members AS c
USING unnest($1::uuid[], $2::text[]) AS m (channel_id, user_id)
WHERE c.channel_id = m.channel_id AND c.user_id = m.user_id
"""
