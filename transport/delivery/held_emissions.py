"""The held emissions of a session: live ones that are kept back while it catches up, and sent after
what it missed."""

from collections.abc import Sequence

from transport.delivery.encoding import Outgoing


class Held:
    """Emissions in their order, up to a limit in bytes; beyond it, none: they are in the log."""

    def __init__(self, limit: int) -> None:
        self.outgoing: list[Outgoing] = []
        self.is_too_much = False
        self._limit = limit
        self._size = 0

    def add(self, outgoing: Sequence[Outgoing]) -> None:
        self._size += sum(each.size for each in outgoing)
        if self._size > self._limit:
            self.is_too_much = True
            self.outgoing.clear()
        if not self.is_too_much:
            self.outgoing += outgoing
