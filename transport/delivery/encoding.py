"""Encoding: each emission becomes a Socket.IO message once, for all sessions that hear it.

A client that takes part in connection state recovery gets its offset as one argument more: the
position and a suffix (see `transport/sockets/recovery.py`). So there is one message for each suffix
in use, and one for None, which is no offset.
"""

from collections.abc import Iterable
from itertools import chain

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
    """Emissions that a session is sent in one write."""

    def __init__(self, outgoing: Iterable[Outgoing] = ()) -> None:
        self.outgoing = list(outgoing)
        self._bursts: dict[str | None, Burst] = {}

    @classmethod
    def joined(cls, *batches: "OutgoingBatch") -> "OutgoingBatch":
        """Some batches, one after the other."""
        if len(batches) == 1:
            return batches[0]
        return cls(chain(*(batch.outgoing for batch in batches)))

    def burst(self, offset_suffix: str | None) -> Burst:
        burst = self._bursts.get(offset_suffix)
        if burst is None:
            burst = Burst([each.message(offset_suffix) for each in self.outgoing])
            self._bursts[offset_suffix] = burst
        return burst
