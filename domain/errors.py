"""The refusals of the domain: each has a stable code for programs and a message for people. They
know nothing of HTTP.

    DomainError
    ├── Invalid                 what was sent can never be right
    ├── Forbidden               the actor may not do this
    ├── AccessRevoked           what the actor was granted was taken back
    ├── NotFound                unknown, or not for the actor to see
    ├── Conflict                valid, but not with what is there already
    │   ├── NameTaken
    │   ├── LastAdmin
    │   ├── NotPrivate
    │   ├── TooManyChannels
    │   └── TooManyWebhooks
    ├── StaleVersion            the caller had decided on an older version
    ├── IdempotencyKeyReused    one key, two different requests
    ├── Unavailable             valid, but it cannot be served now
    └── UndecodableEvent        an event of the log that this version cannot read (in event_log.py)

`transport/errors.py` makes HTTP statuses, socket errors and acknowledgements of them.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that the caller is told of: `code` for programs, `message` for people."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    code = "invalid"


class Forbidden(DomainError):
    code = "forbidden"


class AccessRevoked(DomainError):
    code = "access_revoked"

    @classmethod
    def to(cls, workspace_id: str | None) -> "AccessRevoked":
        """That to one workspace, or with None to all of them."""
        what = "" if workspace_id is None else f" to the workspace {workspace_id!r}"
        return cls(f"access{what} was taken back since the access token was issued")


class NotFound(DomainError):
    code = "not_found"


class Conflict(DomainError):
    code = "conflict"


class NameTaken(Conflict):
    code = "name_taken"


class LastAdmin(Conflict):
    code = "last_admin"


class NotPrivate(Conflict):
    code = "not_private"


class TooManyChannels(Conflict):
    code = "too_many_channels"


class TooManyWebhooks(Conflict):
    code = "too_many_webhooks"


class StaleVersion(DomainError):
    code = "stale_version"


class IdempotencyKeyReused(DomainError):
    code = "idempotency_key_reused"


class Unavailable(DomainError):
    code = "unavailable"
