"""The receiver: one attempt after the other to send a message to a webhook's URL. No redirect is
followed, no proxy of the environment asked, no cookie kept. Of an answer the status counts;
whatever else it does is bounded in time and size.
"""

import asyncio
import os
import ssl
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Self

import httpcore

from transport.webhooks.destinations import Destinations, NotAllowed, parse, port_of
from transport.webhooks.guarded_network import CONNECT_TIMEOUT, GuardedNetwork

TIMEOUT = 15.0
"""Seconds for an attempt, from the name's resolution to the headers of the answer, whatever keeps
it."""

BODY_TIMEOUT = 1.0
"""Seconds that the body of an answer may take, so that the connection can be used again."""

MAX_BODY = 16_384
"""Bytes of it that are read for that. They are thrown away."""

KEPT_OPEN = 2.0
"""Seconds that a connection waits for the next message; receivers close theirs after five."""

OK = range(200, 300)
REDIRECTS = range(300, 400)
GONE = 410

_HTTP_FAULTS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


class Outcome(StrEnum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """Answered with another status."""
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    NOT_ALLOWED = "not-allowed"
    """The URL leads where nothing is sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome with the status, if there was one; where it is a failure, why in a few words."""

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    retry_after: str | None = None
    """The header, as it was received."""

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more, ever (Standard Webhooks)."""
        return self.status == GONE


class Receiver:
    """The receiver at one URL, with at most `at_once` connections."""

    def __init__(self, url: str, destinations: Destinations, *, at_once: int) -> None:
        """Raises NotAllowed."""
        parsed = parse(url)
        port = port_of(parsed)
        self._url = httpcore.URL(
            scheme=parsed.raw_scheme, host=parsed.raw_host, port=port, target=parsed.raw_path
        )
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_keepalive_connections=at_once,
            max_connections=None,  # who sends has no more under way
            keepalive_expiry=KEPT_OPEN,
            network_backend=GuardedNetwork(destinations, scheme=parsed.scheme),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()

    async def post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """One attempt."""
        answer: Answer | None = None
        request = self._pool.stream(
            "POST",
            self._url,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": {"connect": CONNECT_TIMEOUT}},
        )
        try:
            async with asyncio.timeout(TIMEOUT) as deadline, request as response:
                answer = _answer(response)
                deadline.reschedule(asyncio.get_running_loop().time() + BODY_TIMEOUT)
                await _throw_away(response)
        except (NotAllowed, OSError, *_HTTP_FAULTS) as error:
            return answer or _failure(error)
        return answer


def _answer(response: httpcore.Response) -> Answer:
    status = response.status
    if status in OK:
        return Answer(Outcome.DELIVERED, status)
    is_redirect = status in REDIRECTS
    error = f"answered {status}" + (", a redirect, which is not followed" if is_redirect else "")
    asked = next(
        (value for name, value in response.headers if name.lower() == b"retry-after"), None
    )
    retry_after = None if asked is None else asked.decode("latin-1")
    return Answer(Outcome.REFUSED, status, error, retry_after)


def _failure(error: Exception) -> Answer:
    """What an attempt is that brought no answer."""
    match error:
        case NotAllowed():
            return Answer(Outcome.NOT_ALLOWED, error=f"the URL {error}")
        case httpcore.ConnectTimeout():
            return Answer(Outcome.TIMED_OUT, error=f"no connection in {CONNECT_TIMEOUT:g} seconds")
        case TimeoutError() | httpcore.TimeoutException():
            return Answer(Outcome.TIMED_OUT, error=f"no answer in {TIMEOUT:g} seconds")
        case httpcore.ProtocolError():
            return Answer(Outcome.UNREACHABLE, error="what it answers is no HTTP, or too much")
    return Answer(Outcome.UNREACHABLE, error=f"cannot be reached: {_reason(error)}")


async def _throw_away(response: httpcore.Response) -> None:
    """Read the body to its end, unless it is long; the connection is then closed."""
    size = 0
    async with aclosing(response.aiter_stream()) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            size += len(chunk)
            if size > MAX_BODY:
                return


def _reason(error: BaseException) -> str:
    """Why, in the system's words. The pool raises its errors without their causes."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return str(error) or "the connection broke"


@cache
def _tls() -> ssl.SSLContext:
    """The certificates of the machine, or of SSL_CERT_FILE; to read them takes a while."""
    return ssl.create_default_context()
