"""The availability of the database: for whoever uses a connection, tells a database that is away
from a request that is wrong, and logs once when the database goes away and when it is back."""

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
    """A server that answers, and cannot be used as it is set up; the message says why."""


class ServerNotReady(Exception):
    """A server that answers, and cannot be used for now; the message says why."""


AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down, crashed, starting up
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,  # the same in the middle of an answer
    ServerNotReady,
)
"""The errors that say that the database is away: it cannot be reached or used just now."""

TAKEN_AWAY = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
    asyncpg.TransactionRollbackError,
)
"""Kanal's tables are missing, locked or not permitted, as for a while when a dump is restored; or a
standby ends a statement because it replays what contradicts it."""

_PASSING = (
    asyncpg.OperatorInterventionError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
)
"""The errors of a server that is just stopping or starting."""


class Availability:
    """Whether one database is away, as those who use its connections find out."""

    def __init__(self, what: str = "database", *, meanwhile: str = "") -> None:
        """Its log lines call the database `what`, and say what is done `meanwhile` it is away."""
        self._what = what
        self._meanwhile = meanwhile
        self._is_away = False
        self._changed_at = 0.0
        self._told: set[str] = set()
        """The reasons that were logged since it is away."""
        self.why = ""
        """Why it is away, for those who run the service: the last error of a server, if one
        answered. A pooler sends such an error once, and from then on only lets its clients wait."""

    @property
    def is_away(self) -> bool:
        return self._is_away

    @contextmanager
    def away_is_unavailable(self, *also: type[Exception]) -> Iterator[None]:
        """Raise Unavailable in place of the errors that say that the database is away, and of the
        errors `also`."""
        began = time.monotonic()
        try:
            yield
        except AWAY + also as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # The error is a consequence of the cancellation, which must not get lost in it.
                raise asyncio.CancelledError from error
            self._found_away(error, began)
            raise Unavailable("the database cannot be reached; try again") from error
        self._found_back(began)

    # What began before the latest change and ends after it says nothing about the state now.

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
            logger.warning("%s away%s: %s", self._what, self._meanwhile, why)

    def _found_back(self, began: float) -> None:
        if began < self._changed_at or not self._is_away:
            return
        now = time.monotonic()
        logger.info("%s back after %.1f s", self._what, now - self._changed_at)
        self._is_away, self._changed_at = False, now


@contextmanager
def refusal_is_not_ready() -> Iterator[None]:
    """Raise ServerNotReady where a server refuses a new connection: that may be mended."""
    try:
        yield
    except _PASSING:
        raise
    except (asyncpg.PostgresError, UnfitServer) as error:
        raise ServerNotReady(words(error)) from error


def words(error: Exception) -> str:
    """The message of an error in one line; neither servers nor asyncpg repeat a password."""
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    return said or ("no answer" if isinstance(error, TimeoutError) else type(error).__name__)


def retrying_while_away() -> AsyncRetrying:
    """Retries for ever, with exponential backoff, while the database is away."""
    return AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.05, max=1),
    )
