"""How long to wait before the next attempt."""

import random

FIRST = 0.25
LONGEST = 5.0


def backoff(attempt: int, retry_after: float | None = None) -> float:
    """Seconds before attempt 1, 2, …: twice as long each time, by chance up to half of that less,
    and no less than the service asks for."""
    seconds: float = min(FIRST * 2 ** min(attempt - 1, 16), LONGEST)
    return max(random.uniform(seconds / 2, seconds), retry_after or 0.0)  # noqa: S311
