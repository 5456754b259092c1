"""An emission on its way out: encoded once for however many sockets, in the two forms there are."""

from functools import cached_property

from projections.channel_emissions import Emission
from transport.packets import Message, event_packet


class Outgoing:
    """An emission and its packets; each is made when the first socket needs it."""

    def __init__(self, emission: Emission) -> None:
        self.emission = emission

    def packet(self, *, positioned: bool) -> Message:
        """The packet; `positioned` for sockets that take part in connection state recovery."""
        return self._positioned if positioned else self._plain

    @property
    def size(self) -> int:
        """Bytes that it is sent as, about."""
        return self._plain.size

    @cached_property
    def _plain(self) -> Message:
        return event_packet(self.emission.event, self.emission.payload)

    @cached_property
    def _positioned(self) -> Message:
        offset = str(self.emission.resume_position)
        return event_packet(self.emission.event, self.emission.payload, offset)
