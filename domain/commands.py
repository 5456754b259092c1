"""The commands: one async method each, deciding over aggregates and appending to the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import cast
from uuid import UUID, uuid4

from eventsourcing.domain import Aggregate

from domain.actor import Actor, Role
from domain.channel import Channel, channel_not_found, checked_description
from domain.channel_name import ChannelName, NameReservation
from domain.errors import Forbidden, IdempotencyKeyReused, Invalid, NameTaken
from domain.event_log import EventLog, RecordedEvent, StreamConflict
from domain.identifiers import checked_id, has_lone_surrogate, idempotent_channel_id

MAX_IDEMPOTENCY_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class ChannelAt:
    """A channel as of a position of the log."""

    channel: Channel
    position: int


@dataclass(frozen=True, slots=True)
class Creation:
    """The channel that a create command answers; `is_new` is false for a repeated request."""

    at: ChannelAt
    is_new: bool


@dataclass(frozen=True, slots=True)
class CreateChannel:
    """A request for a channel; values as they came, rules not yet applied."""

    workspace_id: str
    name: str
    description: str | None = None
    is_private: bool = False
    idempotency_key: str | None = None


class ChannelCommands:
    """What an actor may ask for. Every method raises DomainErrors and nothing else."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def create_channel(
        self, actor: Actor, request: CreateChannel, correlation_id: str
    ) -> Creation:
        """Create a channel and reserve its name, in one append.

        Raises Invalid, Forbidden, NameTaken, IdempotencyKeyReused, Unavailable.
        """
        if actor.role_in(checked_id("workspaceId", request.workspace_id)) is Role.GUEST:
            raise Forbidden("a guest may not create channels")
        channel = _new_channel(actor, request, correlation_id)
        reservation = NameReservation(
            workspace_id=channel.workspace_id,
            key=ChannelName(channel.name).key,
            channel_id=channel.id,
            actor_id=actor.user_id,
            correlation_id=correlation_id,
        )
        events = [*channel.collect_events(), *reservation.collect_events()]
        try:
            position = await self._log.append(events, channel.workspace_id)
        except StreamConflict:
            if request.idempotency_key is not None:
                stream = await self._log.read_stream(channel.id)
                if stream:
                    return Creation(_same_as_before(stream[0], channel), is_new=False)
            raise NameTaken(f"a channel named {channel.name!r} exists in this workspace") from None
        return Creation(ChannelAt(channel, position), is_new=True)

    async def channel(self, actor: Actor, workspace_id: str, channel_id: UUID) -> ChannelAt:
        """The channel as the log has it now. Raises Forbidden, NotFound, Unavailable."""
        actor.role_in(workspace_id)
        at = fold_channel(await self._log.read_stream(channel_id))
        if at is None or at.channel.workspace_id != workspace_id:
            raise channel_not_found(channel_id)
        at.channel.check_visible_to(actor)
        return at


def fold_channel(stream: Sequence[RecordedEvent]) -> ChannelAt | None:
    """The channel that a stream of events describes; None if it describes none."""

    def mutate(aggregate: Aggregate | None, recorded: RecordedEvent) -> Aggregate | None:
        return recorded.event.mutate(aggregate)

    channel = reduce(mutate, stream, None)
    return ChannelAt(channel, stream[-1].position) if isinstance(channel, Channel) else None


def _new_channel(actor: Actor, request: CreateChannel, correlation_id: str) -> Channel:
    key = request.idempotency_key
    if key is not None and not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH:
        raise Invalid(f"the idempotency key must be 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} characters")
    if key is not None and has_lone_surrogate(key):
        raise Invalid("the idempotency key must not contain a lone surrogate")
    return Channel.create(
        channel_id=uuid4() if key is None else idempotent_channel_id(actor.user_id, key),
        workspace_id=request.workspace_id,
        name=ChannelName.parse(request.name),
        description=checked_description(request.description),
        is_private=request.is_private,
        actor_id=actor.user_id,
        correlation_id=correlation_id,
    )


def _same_as_before(first: RecordedEvent, wanted: Channel) -> ChannelAt:
    """The channel as its creation answered it, if this request asked for the same."""
    created = cast(Channel, first.event.mutate(None))
    if (
        created.workspace_id != wanted.workspace_id
        or created.name != wanted.name
        or created.description != wanted.description
        or created.is_private != wanted.is_private
    ):
        raise IdempotencyKeyReused("this idempotency key was used for a different request")
    return ChannelAt(created, first.position)
