"""Access that is taken back: the event that says so, and the command by which an operator records
it. Every node follows these events, ends the sockets of the user, and refuses older tokens.

Each time is a stream of its own, since two at once are both right: there is nothing to decide by,
and never a stream conflict.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from eventsourcing.domain import Aggregate, event

from domain.actor import Cause
from domain.event_log import EventLog
from domain.identifiers import checked_id

logger = logging.getLogger(__name__)


class Revocation(Aggregate):
    """One time that a user's access was taken back."""

    TOPIC: ClassVar[str] = "revocation"

    class Created(Aggregate.Created):
        """What was granted until its `timestamp` holds no more."""

        TOPIC: ClassVar[str] = "access.revoked"
        user_id: str
        workspace_id: str | None
        actor_id: str
        correlation_id: str

    @event(Created)
    def __init__(
        self,
        user_id: str,
        workspace_id: str | None,
        actor_id: str,  # noqa: ARG002  the event records this and the next, the state does not
        correlation_id: str,  # noqa: ARG002
    ) -> None:
        self.user_id = user_id
        self.workspace_id = workspace_id


AccessRevoked = Revocation.Created

ACCESS_TOPICS = frozenset({AccessRevoked.TOPIC})
"""The topics of the events that are about access and nothing else."""


@dataclass(frozen=True, slots=True)
class RevokedAccess:
    """What a user was granted until `revoked_at` holds no more: in a workspace, or with None in all
    of them."""

    user_id: str
    workspace_id: str | None
    revoked_at: datetime


@dataclass(frozen=True, slots=True)
class RevokedAccessAt:
    """What was taken back, and the position of the event that says so."""

    access: RevokedAccess
    position: int


def revoked_by(event: AccessRevoked) -> RevokedAccess:
    """What an event takes back."""
    return RevokedAccess(event.user_id, event.workspace_id, event.timestamp)


class AccessCommands:
    """What an operator may ask for. Every method raises DomainErrors and nothing else."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def revoke_access(
        self, cause: Cause, user_id: str, workspace_id: str | None = None
    ) -> RevokedAccessAt:
        """Take back what a user was granted until now, in a workspace or in all of them.

        Raises Forbidden, Invalid, Unavailable.
        """
        cause.actor.check_operates()
        revocation = Revocation(
            user_id=checked_id("userId", user_id),
            workspace_id=None if workspace_id is None else checked_id("workspaceId", workspace_id),
            actor_id=cause.actor.user_id,
            correlation_id=cause.correlation_id,
        )
        (revoked,) = revocation.collect_events()
        assert isinstance(revoked, AccessRevoked)
        position = await self._log.append([revoked], workspace_id)
        logger.info("position %d: %s, by %r", position, revoked.TOPIC, cause.actor.user_id)
        return RevokedAccessAt(revoked_by(revoked), position)
