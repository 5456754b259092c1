"""The shapes in which a caller is told of a refusal: over HTTP, by a socket event, by an
acknowledgement. What is told of which error, `errors.py` decides."""

from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of a refused HTTP request (RFC 9457), with a stable `code`."""

    title: str
    status: int
    code: str
    detail: str
    type: str = "about:blank"


RetryAfter: TypeAlias = Annotated[
    int, msgspec.Meta(ge=1, description="seconds; with the code rate_limited")
]


class SocketError(msgspec.Struct, frozen=True):
    """The argument of `socket-api-error`."""

    event: str
    message: str
    code: str
    retry_after: RetryAfter | msgspec.UnsetType = msgspec.field(
        name="retryAfter", default=msgspec.UNSET
    )


class AckError(msgspec.Struct, frozen=True):
    """The `error` of an acknowledgement."""

    code: str
    message: str
    retry_after: RetryAfter | msgspec.UnsetType = msgspec.field(
        name="retryAfter", default=msgspec.UNSET
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a caller is told, before it is encoded for HTTP or a socket."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: int | msgspec.UnsetType = msgspec.UNSET
    """Seconds, where a socket is told them."""

    @property
    def ack(self) -> AckError:
        """The `error` of an acknowledgement."""
        return AckError(self.code, self.message, self.retry_after)
