"""The window: the events of one webhook that are to be delivered next, in the order of the log, and
those beyond the first of them that are delivered already.

    position 40   everything up to here is delivered, or not for this webhook
             41   A  fails
             43   B  delivered: in `ahead`, so that it is not sent again after a restart
             44   A  waits for 41, since it is of the same channel
             47   C  under way
    looked   52      up to here the log was read

It is bounded, so a channel that fails for long enough holds up all others in the end.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from projections.feed.encoded import EncodedEvent
from transport.webhooks.message import Message

MOST_EVENTS = 256
"""Events that wait, together with those that are delivered beyond the first that does."""

MOST_BYTES = 131_072
"""Of those that wait, after which no more are read."""


@dataclass(slots=True, eq=False)
class Waiting:
    """An event that waits to be delivered."""

    position: int
    channel: str
    message: Message
    failures: int = 0
    due: float = 0.0
    """Not before then, by the monotonic clock."""
    is_under_way: bool = False


class Window:
    """That of a webhook which has come to `position`, and has been sent what is `ahead` of it."""

    def __init__(self, position: int, ahead: Collection[int] = ()) -> None:
        self.looked = position
        """The log was read up to here."""
        self._waiting: dict[int, Waiting] = {}
        self._channels: dict[str, deque[Waiting]] = {}
        self._delivered = set(ahead)
        self._size = 0

    @property
    def position(self) -> int:
        """Everything up to here is delivered or filtered out."""
        return next(iter(self._waiting), self.looked + 1) - 1

    @property
    def ahead(self) -> list[int]:
        """The positions beyond that are delivered, ascending."""
        position = self.position
        self._delivered = {each for each in self._delivered if each > position}
        return sorted(self._delivered)

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return len(self._waiting)

    @property
    def room(self) -> int:
        """How many more events may be added."""
        if self._size >= MOST_BYTES:
            return 0
        return max(MOST_EVENTS - len(self._waiting) - len(self.ahead), 0)

    def add(self, events: Collection[EncodedEvent], *, looked: int) -> None:
        """Add the next events of the log, all there are up to `looked`."""
        for event in events:
            if event.position not in self._delivered:
                self.put(event.position, event.subject, Message(event.id, event.json))
        self.looked = looked

    def put(self, position: int, channel: str, message: Message) -> None:
        """Add a message behind those that there are."""
        waiting = Waiting(position, channel, message)
        self._waiting[position] = waiting
        self._channels.setdefault(channel, deque()).append(waiting)
        self._size += len(message.body)

    def firsts(self) -> list[Waiting]:
        """The first of each channel that waits, the oldest first."""
        firsts = (waiting[0] for waiting in self._channels.values())
        return sorted(firsts, key=lambda waiting: waiting.position)

    def delivered(self, waiting: Waiting) -> None:
        """Take out the first of a channel."""
        of_channel = self._channels[waiting.channel]
        assert of_channel.popleft() is waiting
        del self._waiting[waiting.position]
        if not of_channel:
            del self._channels[waiting.channel]
        self._size -= len(waiting.message.body)
        self._delivered.add(waiting.position)
