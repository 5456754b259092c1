"""The access log: a line for each request that is answered, and where a socket comes, says who it
is, and goes.

It is off unless a setting turns it on. It holds no query, header, token or id of a session: who has
one of those may have what it is for."""

import logging
from collections.abc import Mapping

logger = logging.getLogger("kanal.access")

FIELDS = "fields"
"""The attribute of a record of the log that has what a line says besides its message."""

LONGEST = 1_000
"""Characters of a value that a client has chosen."""


def is_on() -> bool:
    return logger.isEnabledFor(logging.INFO)


def note(message: str, fields: Mapping[str, str | int | None]) -> None:
    """Write a line, with those of the fields that have a value."""
    told = {
        name: value[:LONGEST] if isinstance(value, str) else value
        for name, value in fields.items()
        if value is not None
    }
    logger.info("%s", message[:LONGEST], extra={FIELDS: told})


def nanoseconds(seconds: float) -> int:
    """A duration as the schema of the fields has it."""
    return max(int(seconds * 1e9), 0)
