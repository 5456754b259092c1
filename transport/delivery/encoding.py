"""Encoding: each emission becomes a Socket.IO message once, for all sessions that hear it.

A client that takes part in connection state recovery gets its offset as one argument more: the
position and a suffix (see `transport/sockets/recovery.py`). So there is one message for each suffix
in use, and one for None, which is no offset.
"""

from collections.abc import Iterable, Sequence

from projections.emissions.emissions import Emission
from transport.socketio.packets import Burst, Message, event_message


class Outgoing:
    """An emission and its messages; each is encoded when the first session needs it."""

    def __init__(self, emission: Emission) -> None:
        self.emission = emission
        self._messages: dict[str | None, Message] = {}

    @property
    def size(self) -> int:
        """Bytes, about: those of the message without an offset."""
        return self.message(None).size

    def message(self, offset_suffix: str | None) -> Message:
        message = self._messages.get(offset_suffix)
        if message is None:
            emission = self.emission
            offset = [] if offset_suffix is None else [f"{emission.resume_position}{offset_suffix}"]
            message = event_message(emission.event, emission.payload, *offset)
            self._messages[offset_suffix] = message
        return message


class OutgoingBatch:
    """Emissions that a session is sent in one write, as `bursts` by the suffix of its offsets; from
    the first use of those on, no emission is added."""

    def __init__(self, outgoing: Iterable[Outgoing] = ()) -> None:
        self.outgoing = list(outgoing)
        self.bursts = _Bursts(self.outgoing)

    @classmethod
    def joined(cls, one: "OutgoingBatch", other: "OutgoingBatch") -> "OutgoingBatch":
        """One batch after the other."""
        return cls([*one.outgoing, *other.outgoing])


class _Bursts(dict[str | None, Burst]):
    """Bursts of the same emissions; each is made when the first session needs it."""

    def __init__(self, outgoing: Sequence[Outgoing]) -> None:
        super().__init__()
        self._outgoing = outgoing

    def __missing__(self, offset_suffix: str | None) -> Burst:
        burst = Burst([each.message(offset_suffix) for each in self._outgoing])
        self[offset_suffix] = burst
        return burst
