"""Emissions on their way out: encoded once for however many sockets, in the two forms there are."""

from collections.abc import Iterable
from functools import cached_property
from itertools import chain

from projections.channel_emissions import Emission
from transport.packets import Burst, Message, event_message


class Outgoing:
    """An emission and its messages; each is made when the first socket needs it."""

    def __init__(self, emission: Emission) -> None:
        self.emission = emission

    @property
    def size(self) -> int:
        """Bytes that it is sent as, about."""
        return self.plain.size

    @cached_property
    def plain(self) -> Message:
        return event_message(self.emission.event, self.emission.payload)

    @cached_property
    def positioned(self) -> Message:
        """For sockets that take part in connection state recovery."""
        offset = str(self.emission.resume_position)
        return event_message(self.emission.event, self.emission.payload, offset)


class Run:
    """What a session hears without a pause, in one piece."""

    def __init__(self, outgoing: Iterable[Outgoing] = ()) -> None:
        self.outgoing = list(outgoing)

    @classmethod
    def of(cls, *runs: "Run") -> "Run":
        """Some runs, one after the other."""
        return runs[0] if len(runs) == 1 else cls(chain(*(run.outgoing for run in runs)))

    def form(self, *, recovers: bool) -> Burst:
        """As a session is sent it, which takes part in connection state recovery or does not."""
        return self.positioned if recovers else self.plain

    @cached_property
    def plain(self) -> Burst:
        return Burst([each.plain for each in self.outgoing])

    @cached_property
    def positioned(self) -> Burst:
        """For sockets that take part in connection state recovery."""
        return Burst([each.positioned for each in self.outgoing])
