"""The commands: one async method each, deciding over aggregates and appending to the log."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from domain.actor import Cause, Role
from domain.channel import Channel, MemberRole
from domain.channel_allowance import ChannelAllowance
from domain.channel_fields import ChannelPatch, NewChannel
from domain.channel_name import ChannelName
from domain.channel_repository import ChannelAt
from domain.description import checked_description
from domain.errors import (
    Conflict,
    Forbidden,
    IdempotencyKeyReused,
    StaleVersion,
    TooManyChannels,
)
from domain.event_log import DomainEvent, EventLog, RecordedEvent, StreamConflict
from domain.identifiers import checked_id, checked_idempotency_key, idempotent_channel_id
from domain.name_registry import NameRegistry, first_reservation
from domain.queries import ChannelQueries, ChannelRef

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 64
"""Attempts of one command: after each stream conflict it decides over the channel anew."""


@dataclass(frozen=True, slots=True)
class Creation:
    """The channel that a create command answers; `is_new` is false for a repeated request."""

    at: ChannelAt
    is_new: bool


class ChannelCommands:
    """What an actor may ask for. Every method raises DomainErrors and nothing else.

    A command that changes nothing records no event and succeeds.
    """

    def __init__(
        self, log: EventLog, queries: ChannelQueries, allowance: ChannelAllowance | None = None
    ) -> None:
        """Without an `allowance` a workspace may have any number of channels."""
        self._log = log
        self._allowance = allowance
        self._queries = queries
        self._names = NameRegistry(log)

    async def create_channel(
        self, cause: Cause, workspace_id: str, new: NewChannel, idempotency_key: str | None = None
    ) -> Creation:
        """Create a channel and reserve its name, in one append; or find the one that the same
        request of the actor, with the same idempotency key, has created before.

        Raises Invalid, Forbidden, NameTaken, TooManyChannels, IdempotencyKeyReused, Unavailable.
        """
        if cause.actor.role_in(checked_id("workspaceId", workspace_id)) is Role.GUEST:
            raise Forbidden("a guest may not create channels")
        channel = _create(cause, workspace_id, new, idempotency_key)
        if self._allowance is not None and not await self._allowance.take(channel.workspace_id):
            stream = await self._log.read_stream(channel.id, upto=1) if idempotency_key else ()
            if stream:
                return Creation(_same_as_before(stream[0], channel), is_new=False)
            raise TooManyChannels("the workspace has as many channels as it may have")
        is_created = False
        try:
            creation = await self._record(cause, channel, is_repeatable=bool(idempotency_key))
            is_created = creation.is_new
        finally:
            if self._allowance is not None:
                self._allowance.settled(channel.workspace_id, is_created=is_created)
        return creation

    async def _record(self, cause: Cause, channel: Channel, *, is_repeatable: bool) -> Creation:
        created = channel.collect_events()
        # Most names were never used, so the first attempt does not read the name's stream.
        naming: Sequence[DomainEvent] = first_reservation(cause, channel)
        epoch: UUID | None = None
        for _ in range(MAX_ATTEMPTS):
            try:
                position = await self._append(
                    cause, [*created, *naming], channel.workspace_id, epoch
                )
            except StreamConflict:
                epoch = self._log.epoch
                if is_repeatable and (stream := await self._log.read_stream(channel.id, upto=1)):
                    return Creation(_same_as_before(stream[0], channel), is_new=False)
                naming = await self._names.reserve(cause, channel)
            else:
                return Creation(ChannelAt(channel, position), is_new=True)
        raise Conflict("the name is being taken and released by others just now; try again")

    async def update_channel(self, cause: Cause, ref: ChannelRef, patch: ChannelPatch) -> ChannelAt:
        """Set some of a channel's fields.

        Of two callers at once both succeed where they change different fields. Raises Invalid,
        Forbidden, NotFound, NameTaken, Conflict, StaleVersion, Unavailable.
        """
        checked = patch.checked()
        return await self._change(
            cause,
            ref,
            lambda channel: channel.update(cause, checked),
            concerns=lambda channel: [getattr(channel, field) for field in checked.fields()],
        )

    async def delete_channel(self, cause: Cause, ref: ChannelRef) -> ChannelAt:
        """End a channel and give its name back.

        Raises Forbidden, NotFound, Conflict, StaleVersion, Unavailable.
        """
        return await self._change(cause, ref, lambda channel: channel.delete(cause))

    async def add_member(
        self, cause: Cause, ref: ChannelRef, user_id: str, role: MemberRole | None = None
    ) -> ChannelAt:
        """Let a user into a private channel, or change their role there; without a role a member
        keeps theirs, and a new one is a plain user.

        Raises Invalid, Forbidden, NotFound, Conflict, StaleVersion, Unavailable.
        """
        member = checked_id("userId", user_id)
        return await self._change(
            cause,
            ref,
            lambda channel: channel.add_member(cause, member, role),
            concerns=lambda channel: channel.members.get(member),
        )

    async def remove_member(self, cause: Cause, ref: ChannelRef, user_id: str) -> ChannelAt:
        """Take a member out of a private channel; oneself, to leave it.

        Raises Invalid, Forbidden, NotFound, Conflict, StaleVersion, Unavailable.
        """
        member = checked_id("userId", user_id)
        return await self._change(
            cause,
            ref,
            lambda channel: channel.remove_member(cause, member),
            concerns=lambda channel: channel.members.get(member),
        )

    async def _change(
        self,
        cause: Cause,
        ref: ChannelRef,
        decide: Callable[[Channel], None],
        *,
        concerns: Callable[[Channel], Any] = lambda _: None,
    ) -> ChannelAt:
        """Decide over the channel as it is and append (optimistic concurrency): after a stream
        conflict, decide anew.

        `concerns` answers the part of the channel that the command is about. One that another has
        changed between two attempts would be overwritten unseen: that is a Conflict.
        """
        concerned: list[Any] = []
        epoch: UUID | None = None
        for _ in range(MAX_ATTEMPTS):
            if epoch != self._log.epoch:  # a rewind may have lost it: that is no other's change
                epoch, concerned = self._log.epoch, []
            at = await self._queries.channel(cause.actor, ref)
            channel, version = at.channel, at.channel.version
            name = ChannelName(channel.name)
            concerned.append(concerns(channel))
            decide(channel)
            if ref.versions is not None and version not in ref.versions:
                raise StaleVersion(f"the channel is at version {version} by now")
            events = channel.collect_events()
            if not events:
                if epoch != self._log.epoch:
                    continue  # a rewind may have lost what made it so
                return at
            if concerned[0] != concerned[-1]:
                raise Conflict("somebody else has just changed the same")
            try:
                naming = await self._names.follow(cause, name, channel)
                position = await self._append(cause, [*events, *naming], ref.workspace_id, epoch)
            except StreamConflict:
                continue
            return ChannelAt(channel, position + len(events) - 1)
        raise Conflict("the channel is being changed by others just now; try again")

    async def _append(
        self, cause: Cause, events: Sequence[DomainEvent], workspace_id: str, epoch: UUID | None
    ) -> int:
        position = await self._log.append(events, workspace_id, epoch=epoch)
        topics = ", ".join(getattr(type(event), "TOPIC", "?") for event in events)
        logger.info("position %d: %s, by %r", position, topics, cause.actor.user_id)
        return position


def _create(cause: Cause, workspace_id: str, new: NewChannel, key: str | None) -> Channel:
    name, key = ChannelName.parse(new.name), checked_idempotency_key(key)
    return Channel.create(
        cause,
        channel_id=uuid4() if key is None else idempotent_channel_id(cause.actor.user_id, key),
        workspace_id=workspace_id,
        name=name,
        description=checked_description(new.description),
        is_private=new.is_private,
    )


def _same_as_before(first: RecordedEvent, wanted: Channel) -> ChannelAt:
    """The channel as its creation answered it. Raises IdempotencyKeyReused where this request asks
    for another."""
    created = cast(Channel, first.event.mutate(None))
    if (
        created.workspace_id != wanted.workspace_id
        or created.name != wanted.name
        or created.description != wanted.description
        or created.is_private != wanted.is_private
    ):
        raise IdempotencyKeyReused("this idempotency key was used for a different request")
    return ChannelAt(created, first.position)
