"""The Channel aggregate: what a channel is, what may happen to it, and the events that record it.

The topics of the events are pinned, since the log stores them: a class may be renamed or moved.
`tests/golden` keeps a stored event of every type.
"""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing import domain as eventsourcing
from eventsourcing.domain import Aggregate, event
from rpds import HashTrieMap

from domain.actor import Actor, Cause, Role
from domain.channel_fields import ChannelPatch
from domain.channel_name import ChannelName
from domain.errors import Forbidden, LastAdmin, NotFound, NotPrivate


class MemberRole(StrEnum):
    """A member's role in a private channel."""

    ADMIN = "admin"
    USER = "user"


class Channel(Aggregate):
    """A channel of a workspace. `version` counts its own events, from 1.

    `members`, by user id, are those of a private channel. While a channel is public they are kept,
    in case it becomes private again, and mean nothing.
    """

    TOPIC: ClassVar[str] = "channel"

    class Event(Aggregate.Event):
        """Every event says who did it, and which request caused it."""

        actor_id: str
        correlation_id: str

    class Created(Event, Aggregate.Created):
        TOPIC: ClassVar[str] = "channel.created"
        workspace_id: str
        name: str
        description: str | None
        is_private: bool

        def mutate(self, aggregate: Any) -> Any:
            """The channel that begins; as the library does it, which looks for the parameters
            anew each time, and takes three times as long."""
            assert aggregate is None
            channel = object.__new__(Channel)
            channel.__base_init__(self.originator_id, self.originator_version, self.timestamp)
            channel.__init__(  # type: ignore[misc]
                workspace_id=self.workspace_id,
                name=self.name,
                description=self.description,
                is_private=self.is_private,
                actor_id=self.actor_id,
                correlation_id=self.correlation_id,
            )
            return channel

    class Updated(Event):
        """One event for all fields: a new name must not be told before the channel is private.

        `changes` holds the new values by the names of the patch's fields.
        """

        TOPIC: ClassVar[str] = "channel.updated"
        changes: dict[str, Any]

    class Deleted(Event):
        TOPIC: ClassVar[str] = "channel.deleted"

    class MemberAdded(Event):
        """It also records the new role of a member."""

        TOPIC: ClassVar[str] = "channel.member-added"
        user_id: str
        role: str

    class MemberRemoved(Event):
        TOPIC: ClassVar[str] = "channel.member-removed"
        user_id: str

    class Snapshot(eventsourcing.Snapshot):
        """The state as of a version, in place of the events up to it; it is not part of the log."""

        TOPIC: ClassVar[str] = "channel.snapshot"

        @classmethod
        def take(cls, aggregate: Any) -> "Channel.Snapshot":
            """The snapshot of an aggregate. Its timestamp is that of the latest event, so that it
            is a function of the aggregate."""
            return dataclasses.replace(super().take(aggregate), timestamp=aggregate.modified_on)

    @event(Created)
    def __init__(
        self,
        workspace_id: str,
        name: str,
        description: str | None,
        is_private: bool,
        actor_id: str,
        correlation_id: str,  # noqa: ARG002  the event records it, the state does not
    ) -> None:
        self.workspace_id = workspace_id
        self.name = name
        self.description = description
        self.is_private = is_private
        self.creator_id = actor_id
        self.is_deleted = False
        # A persistent map, so that a copy of the channel costs nothing with many members.
        self.members: HashTrieMap[str, MemberRole] = HashTrieMap(
            {actor_id: MemberRole.ADMIN} if is_private else {}
        )

    @classmethod
    def create(
        cls,
        cause: Cause,
        *,
        channel_id: UUID,
        workspace_id: str,
        name: ChannelName,
        description: str | None,
        is_private: bool,
    ) -> "Channel":
        """A new channel, with ChannelCreated pending. A private one has its creator as admin."""
        return cls._create(
            cls.Created,
            id=channel_id,
            workspace_id=workspace_id,
            name=name.text,
            description=description,
            is_private=is_private,
            **_said_of(cause),
        )

    def update(self, cause: Cause, patch: ChannelPatch) -> None:
        """Set the fields of a patch that differ from what they are. Raises Forbidden.

        Whoever makes a channel private is among its admins, as is its creator: they are added
        before, so that at no position it is private and has no admin.
        """
        self._check_managed_by(cause.actor)
        changes = {
            field: value for field, value in patch.fields().items() if value != getattr(self, field)
        }
        if changes.get("is_private"):
            for user_id in dict.fromkeys((self.creator_id, cause.actor.user_id)):
                if self.members.get(user_id) != MemberRole.ADMIN:
                    self._add_member(user_id=user_id, role=MemberRole.ADMIN, **_said_of(cause))
        if changes:
            self._update(changes=changes, **_said_of(cause))

    def delete(self, cause: Cause) -> None:
        """End the channel; its history stays. Raises Forbidden."""
        self._check_managed_by(cause.actor)
        self._delete(**_said_of(cause))

    def add_member(self, cause: Cause, user_id: str, wanted: MemberRole | None) -> None:
        """Add a user, or change the role of a member; without a role, a member keeps theirs.

        Raises Forbidden, NotPrivate, LastAdmin.
        """
        self._check_managed_by(cause.actor)
        self._check_private()
        role = wanted or self.members.get(user_id, MemberRole.USER)
        if self.members.get(user_id) == role:
            return
        if role != MemberRole.ADMIN:
            self._check_not_last_admin(user_id)
        self._add_member(user_id=user_id, role=role, **_said_of(cause))

    def remove_member(self, cause: Cause, user_id: str) -> None:
        """Remove a member; any member may remove themselves. Raises Forbidden, NotPrivate,
        LastAdmin."""
        if user_id != cause.actor.user_id:
            self._check_managed_by(cause.actor)
        self._check_private()
        if user_id not in self.members:
            return
        self._check_not_last_admin(user_id)
        self._remove_member(user_id=user_id, **_said_of(cause))

    def copy(self) -> "Channel":
        """A copy, which can be changed while this one stays as it is."""
        other = object.__new__(type(self))
        # `copy.copy` takes four times as long, and readers of the log copy at each event.
        other.__dict__.update(self.__dict__, _pending_events=[])
        return other

    @event(Updated)
    def _update(self, changes: dict[str, Any], actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        for field, value in changes.items():
            setattr(self, field, value)

    @event(Deleted)
    def _delete(self, actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        self.is_deleted = True

    @event(MemberAdded)
    def _add_member(self, user_id: str, role: str, actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        self.members = self.members.insert(user_id, MemberRole(role))

    @event(MemberRemoved)
    def _remove_member(self, user_id: str, actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        self.members = self.members.remove(user_id)

    def _check_managed_by(self, actor: Actor) -> None:
        if (
            actor.user_id != self.creator_id
            and not (self.is_private and self.members.get(actor.user_id) == MemberRole.ADMIN)
            and actor.role_in(self.workspace_id) not in (Role.ADMIN, Role.MODERATOR)
        ):
            raise Forbidden(
                "only the channel's creator, its admins, and the workspace's admins and"
                " moderators may do this"
            )

    def _check_private(self) -> None:
        if not self.is_private:
            raise NotPrivate("the channel is public: all of the workspace is in it")

    def _check_not_last_admin(self, user_id: str) -> None:
        if self.members.get(user_id) == MemberRole.ADMIN and not any(
            role == MemberRole.ADMIN and user != user_id for user, role in self.members.items()
        ):
            raise LastAdmin("a private channel needs an admin: name another one first")


ChannelCreated = Channel.Created
ChannelUpdated = Channel.Updated
ChannelDeleted = Channel.Deleted
MemberAdded = Channel.MemberAdded
MemberRemoved = Channel.MemberRemoved

CHANNEL_TOPICS = frozenset(
    kind.TOPIC
    for kind in (ChannelCreated, ChannelUpdated, ChannelDeleted, MemberAdded, MemberRemoved)
)
"""The topics of the events that are about channels."""


def channel_not_found(channel_id: UUID) -> NotFound:
    """One error for an unknown channel and for one that the actor may not see, so that nobody can
    tell them apart."""
    return NotFound(f"there is no channel {channel_id}")


def _said_of(cause: Cause) -> Mapping[str, str]:
    return {"actor_id": cause.actor.user_id, "correlation_id": cause.correlation_id}
