"""What a check of `kanal doctor` has found: a line, and what to do about it."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It runs, though not as well, as safely or for as long as it could."""
    FAULT = "fault"
    """It does not run, or breaks a promise."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line; there is something `to_do` unless all is well. It holds no secret."""

    level: Level
    check: str
    found: str
    to_do: str | None = None

    def __str__(self) -> str:
        then = f"; to do: {self.to_do}" if self.to_do else ""
        return f"{self.level.value:<8} {self.check:<12} {' '.join((self.found + then).split())}"


def ok(check: str, found: str) -> Finding:
    return Finding(Level.OK, check, found)


def warning(check: str, found: str, to_do: str) -> Finding:
    return Finding(Level.WARNING, check, found, to_do)


def fault(check: str, found: str, to_do: str) -> Finding:
    return Finding(Level.FAULT, check, found, to_do)
