"""Alarms: what was logged as CRITICAL on this node, kept for its operators."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 50


@dataclass(frozen=True, slots=True)
class Alarmed:
    """A line of the log: when, in Unix time, and what it says."""

    at: float
    message: str


class Alarms(logging.Handler):
    """A handler of the log that keeps the latest alarms."""

    def __init__(self) -> None:
        super().__init__(logging.CRITICAL)
        self._kept: deque[Alarmed] = deque(maxlen=KEPT)
        self.count = 0
        """All that there were."""
        self.has_rung: Callable[[], None] = lambda: None
        """Called for each."""

    def emit(self, record: logging.LogRecord) -> None:
        # Without a traceback: it may hold what a client has sent.
        self._kept.append(Alarmed(record.created, record.getMessage()))
        self.count += 1
        self.has_rung()

    @property
    def kept(self) -> list[Alarmed]:
        """The latest, oldest first."""
        return list(self._kept)
