"""The recent events: a cache of the events that this node appended or read last, for its followers.

The followers of a node all read the end of the log. From here they read it without a query and
without decoding it again. Only committed events are kept.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic

from persistence.log.subscription import T

DEFAULT_SIZE = 8_192


class RecentEvents(Generic[T]):
    """At most `size` events by position."""

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        self._size = size
        # To find its first item, a plain dict would walk over all that were removed before.
        self._events: OrderedDict[int, T] = OrderedDict()

    def __contains__(self, position: int) -> bool:
        return position in self._events

    def keep(self, events: Iterable[T]) -> None:
        """Keep events, in place of those that are kept longest."""
        for recorded in events:
            self._events[recorded.position] = recorded
        while len(self._events) > self._size:
            self._events.popitem(last=False)

    def after(self, position: int, limit: int) -> list[T]:
        """At most `limit` events beyond `position`, without a gap; none if the next is not kept."""
        found: list[T] = []
        while len(found) < limit:
            position += 1
            recorded = self._events.get(position)
            if recorded is None:
                break
            found.append(recorded)
        return found
