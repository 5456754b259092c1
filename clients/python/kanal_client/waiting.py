"""How long to wait before the next attempt."""

import random

FIRST = 0.25
LONGEST = 5.0
LONGEST_ASKED_FOR = 60.0
"""Seconds: what asks for more is tried again then all the same."""


def backoff(attempt: int, retry_after: float | None = None) -> float:
    """Seconds before attempt 1, 2, …: twice as long each time, by chance up to half of that less,
    and no less than the service asks for, up to a minute."""
    seconds: float = min(FIRST * 2 ** min(attempt - 1, 16), LONGEST)
    asked_for = min(retry_after or 0.0, LONGEST_ASKED_FOR)
    return max(random.uniform(seconds / 2, seconds), asked_for)  # noqa: S311
