"""A webhook as it is stored: what its operator wants of it, and how far the sending has come."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

SECRET_BYTES = 32
"""Of a secret that is made here; Standard Webhooks ask for 24 to 64."""

SIGNS_BESIDE = timedelta(hours=24)
"""For how long a secret that was replaced still signs."""


class WebhookState(StrEnum):
    """Whether a webhook is sent to."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By an operator."""
    FAILING = "failing"
    """Paused by the service, because it has failed for too long."""


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """What the messages to a webhook are signed with, in the form `whsec_<base64>`."""

    current: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None

    @classmethod
    def new(cls) -> "SigningSecrets":
        return cls(_new_secret())

    def rolled_over(self, now: datetime) -> "SigningSecrets":
        """A new one, beside which the one until now signs for SIGNS_BESIDE."""
        return SigningSecrets(_new_secret(), self.current, now + SIGNS_BESIDE)

    def at(self, now: datetime) -> tuple[str, ...]:
        """Those that sign at a time, the current one first."""
        if self.previous is None or self.previous_until is None or now >= self.previous_until:
            return (self.current,)
        return (self.current, self.previous)


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook. Times are those of the database."""

    id: UUID
    url: str = field(repr=False)
    """It may say a secret of the receiver, so that it is in no line of the log."""
    workspaces: tuple[str, ...] | None
    """None: all."""
    types: tuple[str, ...] | None
    """Of public events; None: all."""
    description: str | None
    state: WebhookState
    log: UUID
    """The id of the log, its epoch, that `position` and `ahead` belong to."""
    position: int
    """Everything up to here is delivered, as far as it is for this webhook."""
    ahead: tuple[int, ...] = ()
    """Positions beyond `position` that are delivered already, ascending."""
    secrets: SigningSecrets
    created_at: datetime
    failing_since: datetime | None = None
    """When the first of the attempts was that have failed since the last one that did not."""
    attempts: int = 0
    """How many have failed since then."""
    last_status: int | None = None
    """What the receiver has answered last, where an event has failed that waits to be sent again,
    to the last of those; None where it has not answered."""
    last_error: str | None = None
    """Why that has failed, in our own few words, or why nothing can be sent; None where neither is
    so."""
    last_attempt_at: datetime | None = None
    next_attempt_at: datetime | None = None
    """Not before then, where attempts have failed."""
    revision: int = 1
    """How often an operator has changed what is sent, where to, or from where on: what is noted of
    an older one is refused."""

    def paused(self) -> "Webhook":
        return replace(self, state=WebhookState.PAUSED)

    def resumed(self) -> "Webhook":
        """To be sent to at once. One that is active already goes on as it does."""
        if self.state is WebhookState.ACTIVE:
            return self
        return replace(
            self,
            state=WebhookState.ACTIVE,
            failing_since=None,
            attempts=0,
            next_attempt_at=None,
        )

    def going_on_after(self, log: UUID, position: int) -> "Webhook":
        """With everything beyond a position still to be delivered, and nothing up to it."""
        return replace(self, log=log, position=position, ahead=())

    def is_sent_otherwise_than(self, other: "Webhook") -> bool:
        """Whether what is sent, where to or from where on differs."""
        return self._course != other._course

    @property
    def _course(self) -> Sequence[object]:
        return (self.url, self.workspaces, self.types, self.log, self.position, self.ahead)
