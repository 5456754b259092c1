"""The Channel aggregate: what a channel is, what may happen to it, and the events that say so.

The events' topics are pinned: they are what the log holds, and moving a class must not change
history. `tests/golden` keeps stored events of every type.
"""

from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from domain.actor import Actor
from domain.channel_name import ChannelName
from domain.errors import Invalid, NotFound
from domain.identifiers import has_lone_surrogate

MAX_DESCRIPTION_LENGTH = 2_000


def checked_description(text: str | None) -> str | None:
    """`text`, if a channel can be described by it. Raises Invalid."""
    if text is None:
        return None
    if len(text) > MAX_DESCRIPTION_LENGTH:
        raise Invalid(
            f"description must be at most {MAX_DESCRIPTION_LENGTH} characters, got {len(text)}"
        )
    if "\x00" in text or has_lone_surrogate(text):
        raise Invalid("description must not contain NUL or a lone surrogate")
    return text


class Channel(Aggregate):
    """A channel of a workspace. `version` counts its own events, from 1."""

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

    @event(Created)
    def __init__(
        self,
        workspace_id: str,
        name: str,
        description: str | None,
        is_private: bool,
        actor_id: str,
        correlation_id: str,  # noqa: ARG002  it is the event's; the state has no use for it
    ) -> None:
        self.workspace_id = workspace_id
        self.name = name
        self.description = description
        self.is_private = is_private
        self.creator_id = actor_id
        self.members: frozenset[str] = frozenset({actor_id}) if is_private else frozenset()

    @classmethod
    def create(
        cls,
        *,
        channel_id: UUID,
        workspace_id: str,
        name: ChannelName,
        description: str | None,
        is_private: bool,
        actor_id: str,
        correlation_id: str,
    ) -> "Channel":
        """A new channel, with ChannelCreated pending. A private one has its creator as member."""
        return cls._create(
            cls.Created,
            id=channel_id,
            workspace_id=workspace_id,
            name=name.text,
            description=description,
            is_private=is_private,
            actor_id=actor_id,
            correlation_id=correlation_id,
        )

    def is_visible_to(self, user_id: str) -> bool:
        """Whether a user of the workspace may see the channel: a private one, its members only."""
        return not self.is_private or user_id in self.members

    def check_visible_to(self, actor: Actor) -> None:
        """Raises Forbidden outside the actor's workspaces, NotFound where they may not see it."""
        actor.role_in(self.workspace_id)
        if not self.is_visible_to(actor.user_id):
            raise channel_not_found(self.id)


ChannelCreated = Channel.Created


def channel_not_found(channel_id: UUID) -> NotFound:
    """The same words for an unknown channel and for one that the actor may not see."""
    return NotFound(f"there is no channel {channel_id}")
