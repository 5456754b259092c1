"""Where a claim is in a token: at a name, as it stands, or deeper, at a JSON Pointer (RFC 6901)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BAD_ESCAPE = re.compile("~(?![01])")
_INDEX = re.compile("0|[1-9][0-9]*")

MISSING = object()
"""What is found where there is nothing; null is something."""


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """The place as it is configured, and the steps that lead there."""

    text: str
    steps: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "ClaimPlace":
        """A pointer if it begins with a slash, else a name, which may be a URL.

        Raises ValueError.
        """
        if not text.startswith("/"):
            return cls(text, (text,))
        if _BAD_ESCAPE.search(text):
            raise ValueError("in a JSON Pointer ~ is written ~0, and / in a name ~1")
        steps = text[1:].split("/")
        return cls(text, tuple(step.replace("~1", "/").replace("~0", "~") for step in steps))

    def put(self, claims: dict[str, Any], value: Any) -> None:
        """Put a value there, in objects that are made where they are missing.

        Raises ValueError where another claim is there, or on the way.
        """
        *way, last = self.steps
        place = claims
        for step in way:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise ValueError(f"another claim is in the way to {self.text!r}")
            place = inner
        if last in place:
            raise ValueError(f"another claim is at {self.text!r}")
        place[last] = value

    def find(self, claims: Mapping[str, Any]) -> Any:
        """What is there, MISSING where nothing is."""
        value: Any = claims
        for step in self.steps:
            if isinstance(value, Mapping):
                value = value.get(step, MISSING)
            elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
                value = value[int(step)]
            else:
                return MISSING
        return value
