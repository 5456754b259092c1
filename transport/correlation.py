"""Correlation ids: which request an event, an answer or a line of the log belongs to."""

import itertools
import logging
import secrets
from contextvars import ContextVar

from domain.identifiers import MAX_ID_LENGTH

NO_REQUEST = "-"

current_correlation_id: ContextVar[str] = ContextVar("correlation_id", default=NO_REQUEST)
"""That of the request that is being served; NO_REQUEST in background tasks."""

_PROCESS = secrets.token_hex(8)
_numbers = itertools.count(1)


def correlation_id(given: str | None) -> str:
    """The id that the caller gave the request, where it is printable ASCII and not too long; else a
    new one, which is random for the process and counted within it.
    """
    if given and len(given) <= MAX_ID_LENGTH and given.isascii() and given.isprintable():
        return given
    return f"{_PROCESS}-{next(_numbers)}"


def name_request(record: logging.LogRecord) -> bool:
    """A logging filter: adds the correlation id of the request to each record."""
    record.correlation_id = current_correlation_id.get()
    return True
