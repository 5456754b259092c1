"""The recent events: what this node appended or read last, for its own followers to read again.

Several followers of one node read the same end of the log. What is kept here they read without
asking Postgres and without decoding it anew; an event gets here only once it is committed.
"""

from collections import OrderedDict
from collections.abc import Iterable

from domain.event_log import RecordedEvent

DEFAULT_SIZE = 8_192


class RecentEvents:
    """At most `size` events by position; where some are missing, readers turn to the log."""

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        self._size = size
        # A plain dict would look through all that was removed before to find the first.
        self._events: OrderedDict[int, RecordedEvent] = OrderedDict()

    def keep(self, events: Iterable[RecordedEvent]) -> None:
        """Keep events, in place of those that were kept first."""
        for recorded in events:
            self._events[recorded.position] = recorded
        while len(self._events) > self._size:
            self._events.popitem(last=False)

    def after(self, position: int, limit: int) -> list[RecordedEvent]:
        """At most `limit` events beyond `position`, without a gap; none if the next is not here."""
        found: list[RecordedEvent] = []
        while len(found) < limit:
            position += 1
            recorded = self._events.get(position)
            if recorded is None:
                break
            found.append(recorded)
        return found
