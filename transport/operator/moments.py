"""Unix time as operators read it."""

from datetime import UTC, datetime

from projections.representations import rfc3339


def moment(at: float) -> str:
    """A Unix time, in seconds, as RFC 3339 has it; the greatest there is for one beyond that."""
    try:
        return rfc3339(datetime.fromtimestamp(at, UTC))
    except (OverflowError, ValueError, OSError):
        return rfc3339(datetime.max.replace(tzinfo=UTC))
