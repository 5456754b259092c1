"""Correlation ids: which request an event, an answer or a line of the log belongs to."""

import itertools
import logging
import secrets
from contextvars import ContextVar

from domain.identifiers import MAX_ID_LENGTH

current_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")
"""That of the request that is being served; "-" for what runs behind."""

_PROCESS = secrets.token_hex(8)
_numbers = itertools.count(1)


def correlation_id(given: str | None) -> str:
    """The caller's id of the request where it can serve as one (printable ASCII), else a new one:
    random for the process, counted within it.
    """
    if given and len(given) <= MAX_ID_LENGTH and given.isascii() and given.isprintable():
        return given
    return f"{_PROCESS}-{next(_numbers)}"


def name_request(record: logging.LogRecord) -> bool:
    """A logging filter: gives each record the request that it was made in."""
    record.correlation_id = current_correlation_id.get()
    return True
