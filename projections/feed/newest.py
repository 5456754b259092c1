"""The newest changes: what came at the end of the log, read once for all who have read the same of
it. Each of them is told what is for them as it happens, as their sockets are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.event_log import UndecodableEvent
from domain.visibility import SEEN_BY_NOBODY
from persistence.log.lazy_event import LazyEvent
from projections.feed.encoded import EncodedChange, EncodedChanges

EVENTS = 25
"""Events that are read at once. A socket's write buffer holds as many of the usual size, and those
of the largest are a page of a stream."""


class NewestEvents(Protocol):
    """The log, whose end is kept. Raises Unavailable."""

    async def read_lazily(self, *, after: int, limit: int) -> Sequence[LazyEvent]: ...


@dataclass(slots=True)
class Newest:
    """What lies beyond `after`, up to `position`."""

    after: int
    position: int
    changes: list[EncodedChange] = field(default_factory=list)


class NewestChanges:
    """Reads them."""

    def __init__(self, log: NewestEvents, encoded: EncodedChanges) -> None:
        self._log = log
        self._encoded = encoded

    async def read(self, wants: Callable[[str | None], bool], *, after: int, upto: int) -> Newest:
        """What lies beyond `after`, up to `upto` at most, of the workspaces that somebody wants.
        It ends before an event that cannot be decoded; the next then raises UndecodableEvent.
        Raises Unavailable."""
        found = Newest(after, after)
        for logged in await self._log.read_lazily(after=after, limit=EVENTS):
            if logged.position > upto:
                break
            if wants(logged.workspace_id) and logged.topic not in SEEN_BY_NOBODY:
                try:
                    change = await self._encoded.of(logged)
                except UndecodableEvent:
                    if found.position == after:
                        raise
                    break
                if change is not None:
                    found.changes.append(change)
            found.position = logged.position
        return found
