"""What the service says on a socket, as `/asyncapi.json` has it: whatever else is said there comes
from no Kanal."""

from typing import Any, TypeVar

import msgspec

from kanal_client.errors import Code, KanalError
from kanal_client.state import Event

Kind = TypeVar("Kind")


class AuthSuccess(msgspec.Struct, frozen=True, rename="camel"):
    """The service has taken a token: up to `position` of the `log` the socket was told all where it
    is `recovered`, and from there on it is."""

    user_id: str
    recovered: bool
    position: int
    log: str


class Refusal(msgspec.Struct, frozen=True, rename="camel"):
    """Why the service does not do what an `event` asks for; `retry_after` is in seconds."""

    code: str
    message: str
    retry_after: float | None = None
    event: str | None = None


class Reached(msgspec.Struct, frozen=True):
    """The socket was told all up to a position."""

    position: int


def heard(name: str, data: Any = None, *_: Any) -> AuthSuccess | Refusal | Event:
    """What an event says. Raises KanalError (`wrong_url`)."""
    match name:
        case "auth-success":
            return said(data, AuthSuccess)
        case "socket-api-error":
            return said(data, Refusal)
        case _:
            try:
                return Event.of(name, data)
            except msgspec.ValidationError:
                raise _no_service() from None


def said(data: Any, kind: type[Kind]) -> Kind:
    """What was said, as a value. Raises KanalError (`wrong_url`)."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        raise _no_service() from None


def refusal(error: Refusal) -> KanalError:
    """What a socket was refused with, as an exception."""
    code: Code = error.code  # type: ignore[assignment]  # a later version may know more of them
    return KanalError(code, error.message, retry_after=error.retry_after)


def _no_service() -> KanalError:
    message = "what is said on the connection is not what Kanal says: is the url right?"
    return KanalError("wrong_url", message)
