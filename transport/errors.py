"""Refusals: the one place that turns an error, whatever its origin, into what a caller is told.

An HTTP caller gets `application/problem+json` (RFC 9457), a socket its pair of events, and an
acknowledgement, where one was asked for, `{error: {code, message}}`.

    Refused                what the transport itself refuses
    ├── Unauthenticated    no token, a bad one, one that has expired
    ├── Malformed          not JSON, not an object
    ├── UnsupportedMedia   not application/json
    ├── ForeignOrigin      a page of an origin that may not call
    ├── RateLimited        too much of something, for now
    ├── PositionGone       a position that is not, or not any more, one of this log
    └── UnknownEvent       a socket event that does not exist

`ProviderFault` is none of them: it is what is wrong with an identity provider, for the log alone.
"""

import logging
import math
from http import HTTPStatus
from typing import ClassVar

import msgspec
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from domain.errors import (
    AccessRevoked,
    Conflict,
    DomainError,
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    LastAdmin,
    NameTaken,
    NotFound,
    NotPrivate,
    StaleVersion,
    TooManyChannels,
    TooManyWebhooks,
    Unavailable,
)
from domain.event_log import UndecodableEvent
from transport.refusals import Problem, Refusal

logger = logging.getLogger(__name__)

MAX_MESSAGE_LENGTH = 500
"""Characters."""

RETRY_AFTER = 1
"""Seconds after which a caller may try again what could not be served."""


class Refused(Exception):
    """What the transport itself refuses: `code` for programs, `message` for people."""

    code: str = "malformed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Malformed(Refused):
    code = "malformed"


class UnsupportedMedia(Refused):
    code = "unsupported_media_type"


class ForeignOrigin(Refused):
    code = "origin_not_allowed"


class UnknownEvent(Refused):
    code = "unknown_event"


class Unauthenticated(Refused):
    """`code` says whether a token is missing, invalid or expired; the message never quotes it."""

    CODES: ClassVar = ("token_missing", "token_invalid", "token_expired", "not_authenticated")

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PositionGone(Refused):
    """What was read of the log up to a position is no part of it."""

    code = "position_gone"


def position_gone(position: int, log_id: str) -> PositionGone:
    """What a reader of the log `log_id` is told, who has read another one up to a position."""
    return PositionGone(
        f"position {position} is none of this log, {log_id}: it was rewound, or the position is"
        " another's. Fetch anew what you keep, from the lists, and go on from a position that"
        " they answer; or read all of the log, after=0"
    )


def not_authenticated() -> Unauthenticated:
    """What a socket is refused with that speaks for nobody."""
    return Unauthenticated("not_authenticated", "send 'auth' with an access token first")


class ProviderFault(Exception):
    """Why an identity provider's keys cannot be had; the message names no more than its host and
    what it says of itself."""


class RateLimited(Refused):
    """Too much of something by one user or address; it is what `policy` names that has run out."""

    code = "rate_limited"

    def __init__(self, message: str, *, policy: str, quota: int, window: int, wait: float) -> None:
        """`quota` is what may be had in `window` seconds; in `wait` seconds there is more."""
        self.policy, self.quota, self.window = policy, quota, window
        self.retry_after = max(math.ceil(wait), 1)
        unit = "second" if self.retry_after == 1 else "seconds"
        super().__init__(f"{message}; try again in {self.retry_after} {unit}")

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After` (RFC 9110, 10.2.3), and the fields of draft-ietf-httpapi-ratelimit-headers,
        version 10, which are structured (RFC 9651)."""
        return {
            "Retry-After": str(self.retry_after),
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={self.window}',
            "RateLimit": f'"{self.policy}";r=0;t={self.retry_after}',
        }


_STATUS: dict[type[Exception], int] = {
    Malformed: 400,
    UnknownEvent: 400,
    Unauthenticated: 401,
    AccessRevoked: 401,
    Forbidden: 403,
    ForeignOrigin: 403,
    NotFound: 404,
    Conflict: 409,
    PositionGone: 410,
    StaleVersion: 412,
    UnsupportedMedia: 415,
    Invalid: 422,
    IdempotencyKeyReused: 422,
    Unavailable: 503,
    UndecodableEvent: 503,
}

CODES = {
    400: (Malformed.code,),
    401: (*Unauthenticated.CODES, AccessRevoked.code),
    403: (Forbidden.code, ForeignOrigin.code),
    404: (NotFound.code,),
    409: (
        Conflict.code,
        NameTaken.code,
        LastAdmin.code,
        NotPrivate.code,
        TooManyChannels.code,
        TooManyWebhooks.code,
    ),
    410: (PositionGone.code,),
    412: (StaleVersion.code,),
    413: ("too_large",),
    415: (UnsupportedMedia.code,),
    422: (Invalid.code, IdempotencyKeyReused.code),
    429: (RateLimited.code,),
    500: ("internal",),
    503: (Unavailable.code,),
}
"""What a request that is served can be refused with, by status; the documents name it."""

_OVER_HTTP_ALONE = (PositionGone.code, TooManyWebhooks.code)
"""A socket is told of such a position with `recovered`, and registers no webhook."""

SOCKET_CODES = (
    *(code for codes in CODES.values() for code in codes if code not in _OVER_HTTP_ALONE),
    UnknownEvent.code,
)
"""The same on a socket."""

_CODE_OF_STATUS = {
    400: "malformed",
    404: "unknown_path",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
    417: "malformed",
    431: "too_large",
    503: "unavailable",
}

ALL_CODES = frozenset(
    {*(code for codes in CODES.values() for code in codes), UnknownEvent.code}
    | set(_CODE_OF_STATUS.values())
)
"""All that there are, also those of requests that are served by no route."""


def refusal_of(error: BaseException) -> Refusal:
    """What a caller is told of an error. An unexpected one is logged, and told as `internal`."""
    if isinstance(error, RateLimited):
        return Refusal(429, error.code, error.message, error.headers, error.retry_after)
    if isinstance(error, DomainError | Refused):
        message = sayable(error.message)
        status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
        headers = {}
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(RETRY_AFTER)
        return Refusal(status, error.code, message, headers)
    if isinstance(error, SanicException) and error.status_code in _CODE_OF_STATUS:
        headers = {key: str(value) for key, value in (error.headers or {}).items()}
        return Refusal(
            error.status_code, _CODE_OF_STATUS[error.status_code], sayable(str(error)), headers
        )
    logger.error("unforeseen %s", type(error).__name__, exc_info=error)
    return Refusal(500, "internal", "something went wrong on our side")


def sayable(text: str) -> str:
    """`text` as an answer can hold it: cut to MAX_MESSAGE_LENGTH, without lone surrogates.

    A message may quote what a client sent, a field's name for instance.
    """
    return text[:MAX_MESSAGE_LENGTH].encode(errors="replace").decode()


def problem_response(refusal: Refusal) -> HTTPResponse:
    """The refusal as `application/problem+json`."""
    body = Problem(
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        code=refusal.code,
        detail=refusal.message,
    )
    return HTTPResponse(
        msgspec.json.encode(body),
        status=refusal.status,
        headers=refusal.headers,
        content_type="application/problem+json",
    )
