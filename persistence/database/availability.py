"""The availability of the database: tells 'away' from 'wrong' for whoever uses a connection, and
says in the log, once, when that changes."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from domain.errors import Unavailable

logger = logging.getLogger(__name__)


class UnfitServer(Exception):
    """A server that answers, but that Kanal cannot work with as it is; the message says why."""


class ServerNotReady(Exception):
    """A server that answers, but cannot be worked with for now; the message says why."""


AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down, crashed, starting up
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,  # … in the middle of an answer
    ServerNotReady,
)
"""What says that a server cannot be reached, or not worked with, just now."""

_PASSING = (
    asyncpg.OperatorInterventionError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
)
"""What is heard from a server that is just going or coming."""


class Availability:
    """Whether one database answers, as its users find out."""

    def __init__(self) -> None:
        self._is_away = False
        self._changed_at = 0.0
        self._told: set[str] = set()
        """The reasons that the log has for this time away."""
        self.why = ""
        """Why it is away, for those who run the service: what a server has said of it last, if any
        has. A pooler says it once, and then lets its clients wait."""

    @contextmanager
    def away_is_unavailable(self, *also: type[Exception]) -> Iterator[None]:
        """Raise Unavailable for whatever says that the database cannot be reached just now, and
        for the errors `also`."""
        began = time.monotonic()
        try:
            yield
        except AWAY + also as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # It was to end, and what that led to on the connection must not make it go on.
                raise asyncio.CancelledError from error
            self._found_away(error, began)
            raise Unavailable("the database cannot be reached; try again") from error
        self._found_back(began)

    # What a use finds that had begun before the latest change is no news.

    def _found_away(self, error: Exception, began: float) -> None:
        if began < self._changed_at:
            return
        why, says_why = words(error), isinstance(error, ServerNotReady)
        if not self._is_away:
            self._is_away, self._changed_at = True, time.monotonic()
            self._told, self.why = set(), why
            says_why = True
        if isinstance(error, asyncpg.PostgresError | ServerNotReady):
            self.why = why
        if says_why and why not in self._told:
            self._told.add(why)
            logger.warning("database away: %s", why)

    def _found_back(self, began: float) -> None:
        if began < self._changed_at or not self._is_away:
            return
        now = time.monotonic()
        logger.info("database back after %.1f s", now - self._changed_at)
        self._is_away, self._changed_at = False, now


@contextmanager
def refusal_is_not_ready() -> Iterator[None]:
    """Raise ServerNotReady for what a server has against a new connection: it may be mended."""
    try:
        yield
    except _PASSING:
        raise
    except (asyncpg.PostgresError, UnfitServer) as error:
        raise ServerNotReady(words(error)) from error


def words(error: Exception) -> str:
    """What the error says, in one line; neither a server nor asyncpg repeats a password."""
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    return said or ("no answer" if isinstance(error, TimeoutError) else type(error).__name__)


def retrying_while_away() -> AsyncRetrying:
    """Tries again, with growing pauses and for ever, while the database cannot be reached."""
    return AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.05, max=1),
    )
