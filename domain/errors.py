"""The refusals of the domain: a stable code and a message for people, and no word of HTTP.

    DomainError
    ├── Invalid                 what was sent can never be right
    ├── Forbidden               the actor may not do this
    ├── NotFound                unknown, or not for the actor to see
    ├── Conflict                right in itself, but not beside what is already there
    │   ├── NameTaken
    │   ├── LastAdmin
    │   └── NotPrivate
    ├── StaleVersion            the caller had decided on an older version
    ├── IdempotencyKeyReused    one key, two different requests
    ├── Unavailable             nothing is wrong with the request; it cannot be served now
    └── UndecodableEvent        nor here, as long as we are older than the log (in event_log.py)

`transport/errors.py` turns each into a status, into the socket's pair and into an
acknowledgement.
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


class StaleVersion(DomainError):
    code = "stale_version"


class IdempotencyKeyReused(DomainError):
    code = "idempotency_key_reused"


class Unavailable(DomainError):
    code = "unavailable"
