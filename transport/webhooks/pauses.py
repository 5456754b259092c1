"""The pauses between attempts that fail: they grow, are jittered, and last as long as the receiver
asks for, if that is longer."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long they are, in seconds."""

    first: float = 1.0
    longest: float = 3_600.0
    gives_up_after: float = 3 * 24 * 3_600.0
    """After so long without anything but failures a webhook is paused."""

    def after(self, failures: int) -> float:
        """That after so many failures in a row: about twice the one before, and never quite that of
        others that have failed at the same moment."""
        doubled = self.first * 2.0 ** min(failures - 1, 32)
        return min(doubled, self.longest) * random.uniform(0.5, 1)  # noqa: S311  no secret

    def asked_for(self, retry_after: str | None, now: datetime) -> float:
        """What a `Retry-After` asks for (RFC 9110, 10.2.3), seconds or a date, but no longer than
        the longest; 0 where there is none that can be read."""
        if retry_after is None:
            return 0.0
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            return min(float(text), self.longest)
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        if date.tzinfo is None:  # -0000, which is UTC as well
            date = date.replace(tzinfo=UTC)
        return min(max((date - now).total_seconds(), 0.0), self.longest)
