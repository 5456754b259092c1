"""The projection of the channel list: pages of the log in, rows of the read model out.

The effect of a page is gathered first and then written with one statement for each kind of change,
so the cost of a page hardly depends on what happened in it.
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

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


class _Effect:
    """What some events together do to the rows."""

    def __init__(self) -> None:
        self._created: dict[UUID, dict[str, Any]] = {}
        self._updated: dict[UUID, dict[str, Any]] = {}
        self._deleted: list[UUID] = []
        self._members: dict[UUID, dict[str, bool]] = {}
        """By channel and user: whether the user is a member after the events."""

    def add(self, event: Channel.Event, position: int) -> None:
        """Take in the next event."""
        channel_id = event.originator_id
        latest = {
            "updated_at": event.timestamp,
            "version": event.originator_version,
            "position": position,
        }
        match event:
            case ChannelCreated():
                self._created[channel_id] = {
                    "channel_id": channel_id,
                    "workspace_id": event.workspace_id,
                    "name": event.name,
                    "description": event.description,
                    "is_private": event.is_private,
                    "creator_id": event.actor_id,
                    "created_at": event.timestamp,
                    **latest,
                    "created_position": position,
                }
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
                latest |= event.changes
            case MemberAdded() | MemberRemoved():
                is_member = isinstance(event, MemberAdded)
                self._members.setdefault(channel_id, {})[event.user_id] = is_member
        row = self._created.get(channel_id)
        if row is None:
            row = self._updated.setdefault(channel_id, {})
        row |= latest

    async def write(self, connection: Connection) -> None:
        """Bring the rows to the state after the events."""
        if self._created:
            await connection.copy_records_to_table(
                "channel_list",
                columns=_COLUMNS,
                records=[[row[column] for column in _COLUMNS] for row in self._created.values()],
            )
        if self._updated:
            await connection.execute(_UPDATE, list(self._updated), *self._updates())
        if self._deleted:
            await connection.execute(_DELETE_MEMBERS_OF, self._deleted)
            await connection.execute(_DELETE, self._deleted)
        for is_member, write in ((True, _ADD_MEMBERS), (False, _REMOVE_MEMBERS)):
            found = [
                (channel_id, user_id)
                for channel_id, users in self._members.items()
                for user_id in users
                if users[user_id] is is_member
            ]
            if found:
                await connection.execute(write, *zip(*found, strict=True))

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


_COLUMNS = (
    "channel_id",
    "workspace_id",
    "name",
    "description",
    "is_private",
    "creator_id",
    "created_at",
    "updated_at",
    "version",
    "position",
    "created_position",
)

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
