"""Refusals: every error has its status and its stable code, and an unforeseen one says nothing."""

import json
import logging
from collections.abc import Iterator

import pytest
from sanic.exceptions import (
    ExpectationFailed,
    HeaderExpectationFailed,
    InvalidHeader,
    MethodNotAllowed,
    PayloadTooLarge,
    RequestTimeout,
    SanicException,
    ServerError,
    ServiceUnavailable,
)
from sanic.exceptions import NotFound as NoSuchRoute

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
from transport.errors import (
    CODES,
    SOCKET_CODES,
    ForeignOrigin,
    Malformed,
    PositionGone,
    RateLimited,
    Refused,
    Unauthenticated,
    UnknownEvent,
    UnsupportedMedia,
    problem_response,
    refusal_of,
    sayable,
)

REFUSALS = [
    (Invalid("why"), 422, "invalid"),
    (Forbidden("why"), 403, "forbidden"),
    (AccessRevoked("why"), 401, "access_revoked"),
    (NotFound("why"), 404, "not_found"),
    (Conflict("why"), 409, "conflict"),
    (NameTaken("why"), 409, "name_taken"),
    (LastAdmin("why"), 409, "last_admin"),
    (NotPrivate("why"), 409, "not_private"),
    (TooManyChannels("why"), 409, "too_many_channels"),
    (TooManyWebhooks("why"), 409, "too_many_webhooks"),
    (StaleVersion("why"), 412, "stale_version"),
    (IdempotencyKeyReused("why"), 422, "idempotency_key_reused"),
    (Unavailable("why"), 503, "unavailable"),
    (Malformed("why"), 400, "malformed"),
    (PositionGone("why"), 410, "position_gone"),
    (UnsupportedMedia("why"), 415, "unsupported_media_type"),
    (ForeignOrigin("why"), 403, "origin_not_allowed"),
    (UnknownEvent("why"), 400, "unknown_event"),
    (Unauthenticated("token_missing", "why"), 401, "token_missing"),
    (Unauthenticated("token_invalid", "why"), 401, "token_invalid"),
    (Unauthenticated("token_expired", "why"), 401, "token_expired"),
    (Unauthenticated("not_authenticated", "why"), 401, "not_authenticated"),
]
OF_SANIC = [
    (SanicException("why", status_code=400), 400, "malformed"),
    (InvalidHeader("why"), 400, "malformed"),
    (NoSuchRoute("why"), 404, "unknown_path"),
    (MethodNotAllowed("why", "PUT", ["GET"]), 405, "method_not_allowed"),
    (RequestTimeout("why"), 408, "timeout"),
    (PayloadTooLarge("why"), 413, "too_large"),
    (ExpectationFailed("why"), 417, "malformed"),
    (HeaderExpectationFailed("why"), 417, "malformed"),
    (SanicException("why", status_code=431), 431, "too_large"),
    (ServiceUnavailable("why"), 503, "unavailable"),
]
SECRET = "password=hunter2"
UNFORESEEN = [
    RuntimeError(SECRET),
    KeyError(SECRET),
    TimeoutError(SECRET),
    ServerError(SECRET),
    SanicException(SECRET, status_code=418),
    RecursionError(SECRET),
    ExceptionGroup(SECRET, [ValueError(SECRET)]),
]


def named(error: Exception) -> str:
    return f"{type(error).__name__} {getattr(error, 'code', getattr(error, 'status_code', ''))}"


def kinds_of(base: type[Exception]) -> Iterator[type[Exception]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of(kind)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [*REFUSALS, *OF_SANIC],
    ids=[named(error) for error, _, _ in [*REFUSALS, *OF_SANIC]],
)
def test_a_refusal_has_its_status_its_code_and_its_words(
    error: Exception, status: int, code: str
) -> None:
    refusal = refusal_of(error)
    assert (refusal.status, refusal.code, refusal.message) == (status, code, "why")


def test_what_this_version_cannot_read_cannot_be_served_now_and_is_named() -> None:
    refusal = refusal_of(UndecodableEvent(17, "channel.merged", "which we do not know"))
    assert (refusal.status, refusal.code) == (503, "unavailable")
    assert refusal.message == (
        "position 17 holds an event of the topic 'channel.merged', which we do not know"
    )
    assert refusal.headers == {"Retry-After": "1"}


def test_no_kind_of_refusal_is_missing_above() -> None:
    tested = {UndecodableEvent, RateLimited, *(type(error) for error, _, _ in REFUSALS)}
    assert {*kinds_of(DomainError), *kinds_of(Refused)} == tested
    codes = [error.code for error, _, _ in REFUSALS if isinstance(error, Unauthenticated)]
    assert tuple(codes) == Unauthenticated.CODES


def test_what_may_be_tried_again_says_when() -> None:
    assert refusal_of(Unavailable("why")).headers == {"Retry-After": "1"}


@pytest.mark.parametrize(("wait", "told"), [(0.001, 1), (1.0, 1), (1.2, 2), (59.9, 60)])
def test_what_was_too_much_says_of_what_and_when_there_is_more(wait: float, told: int) -> None:
    refusal = refusal_of(RateLimited("why", policy="commands", quota=50, window=1, wait=wait))
    assert (refusal.status, refusal.code, refusal.retry_after) == (429, "rate_limited", told)
    assert refusal.message == f"why; try again in {told} second{'s' if told > 1 else ''}"
    assert refusal.headers == {
        "Retry-After": str(told),
        "RateLimit-Policy": '"commands";q=50;w=1',
        "RateLimit": f'"commands";r=0;t={told}',
    }
    assert refusal.ack.retry_after == told


@pytest.mark.parametrize("code", Unauthenticated.CODES)
def test_what_needs_a_token_says_of_which_kind(code: str) -> None:
    assert refusal_of(Unauthenticated(code, "why")).headers == {"WWW-Authenticate": "Bearer"}


def test_a_method_that_is_not_allowed_says_which_are() -> None:
    refusal = refusal_of(MethodNotAllowed("why", "PUT", ["GET", "POST"]))
    assert refusal.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("error", UNFORESEEN, ids=named)
def test_an_unforeseen_error_is_logged_and_its_words_are_told_nobody(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = refusal_of(error)
    assert (refusal.status, refusal.code) == (500, "internal")
    assert SECRET not in refusal.message
    assert refusal.headers == {}
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


def test_a_refusal_is_not_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    for error, _, _ in [*REFUSALS, *OF_SANIC]:
        refusal_of(error)
    assert caplog.records == []


@pytest.mark.parametrize("text", ["", "plain", "Общий 🙂", "a" * 500, "two\nlines"])
def test_words_that_can_be_said_are_said_as_they_are(text: str) -> None:
    assert sayable(text) == text


def test_long_words_are_cut() -> None:
    assert sayable("a" * 499 + "🙂" + "b" * 10_000) == "a" * 499 + "🙂"


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b", "\udfff" * 600], ids=ascii)
def test_a_lone_surrogate_is_told_as_a_question_mark(text: str) -> None:
    said = sayable(text)
    said.encode()
    assert said == "".join("?" if "\ud800" <= each <= "\udfff" else each for each in text)[:500]


def test_a_refusal_that_quotes_a_lone_surrogate_can_be_answered() -> None:
    refusal = refusal_of(Invalid("there is no '\ud800'"))
    assert refusal.message == "there is no '?'"
    problem_response(refusal)


def test_a_refused_request_is_answered_with_a_problem() -> None:
    response = problem_response(refusal_of(Unavailable("why")))
    assert response.status == 503
    assert response.content_type == "application/problem+json"
    assert response.headers["Retry-After"] == "1"
    assert json.loads(response.body or b"") == {
        "title": "Service Unavailable",
        "status": 503,
        "code": "unavailable",
        "detail": "why",
    }


@pytest.mark.parametrize(("error", "status", "code"), REFUSALS)
def test_the_documents_name_every_code_with_its_status(
    error: Exception, status: int, code: str
) -> None:
    assert code in SOCKET_CODES or isinstance(error, PositionGone | TooManyWebhooks)
    assert code in CODES[status] or isinstance(error, UnknownEvent)
