"""Emissions on their way out: encoded once for however many sockets, in the forms there are.

A form is the suffix of the offsets in it (see `recovery`), or None for no offsets.
"""

from collections.abc import Iterable
from itertools import chain

from projections.emissions.emissions import Emission
from transport.socketio.packets import Burst, Message, event_message


class Outgoing:
    """An emission and its messages; each is made when the first socket needs it."""

    def __init__(self, emission: Emission) -> None:
        self.emission = emission
        self._messages: dict[str | None, Message] = {}

    @property
    def size(self) -> int:
        """Bytes that it is sent as, about."""
        return self.form(None).size

    def form(self, offset_suffix: str | None) -> Message:
        """As a session is sent it."""
        message = self._messages.get(offset_suffix)
        if message is None:
            emission = self.emission
            offset = [] if offset_suffix is None else [f"{emission.resume_position}{offset_suffix}"]
            message = event_message(emission.event, emission.payload, *offset)
            self._messages[offset_suffix] = message
        return message


class Run:
    """What a session hears without a pause, in one piece."""

    def __init__(self, outgoing: Iterable[Outgoing] = ()) -> None:
        self.outgoing = list(outgoing)
        self._bursts: dict[str | None, Burst] = {}

    @classmethod
    def of(cls, *runs: "Run") -> "Run":
        """Some runs, one after the other."""
        return runs[0] if len(runs) == 1 else cls(chain(*(run.outgoing for run in runs)))

    def form(self, offset_suffix: str | None) -> Burst:
        """As a session is sent it."""
        burst = self._bursts.get(offset_suffix)
        if burst is None:
            burst = Burst([each.form(offset_suffix) for each in self.outgoing])
            self._bursts[offset_suffix] = burst
        return burst
