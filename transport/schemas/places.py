"""The place from which somebody reads the log: a position, and the log that it belongs to."""

import re
from dataclasses import dataclass

from domain.errors import Invalid
from persistence.log.epochs import GREATEST

PLACE_PATTERN = "^([0-9a-f-]{36}:)?[0-9]{1,18}$"
"""Whatever looks like this is a place, so that a schema can tell the whole rule."""


@dataclass(frozen=True, slots=True)
class Place:
    """Everything up to `position` was read; `log_id` is None for the log as it is."""

    position: int
    log_id: str | None = None

    def __str__(self) -> str:
        return f"{self.log_id}:{self.position}"


def parse_place(what: str, text: str) -> Place:
    """The place that a text names, which is a position or the id of an event; `what` names it in
    the refusal. Raises Invalid."""
    match = _PLACE.fullmatch(text)
    if match is None or int(match["position"]) > GREATEST:
        raise Invalid(f"{what} must be a position, or the id of an event: <log>:<position>")
    return Place(int(match["position"]), match["log"])


_PLACE = re.compile(r"((?P<log>[0-9a-f-]{36}):)?(?P<position>[0-9]{1,19})", re.ASCII)
