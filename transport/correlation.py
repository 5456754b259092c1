"""Correlation ids: which request an event came from, for those requests that do not say."""

import itertools
import secrets

_PROCESS = secrets.token_hex(8)
_numbers = itertools.count(1)


def new_correlation_id() -> str:
    """An id of no other request: random for the process, counted within it."""
    return f"{_PROCESS}-{next(_numbers)}"
