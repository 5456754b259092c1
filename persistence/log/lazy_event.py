"""The lazy event: an event of the log that is decoded when somebody asks for it, once for all on a
node. Most of what a node reads concerns nobody there."""

from collections.abc import Callable

from domain.event_log import DomainEvent, RecordedEvent
from persistence.log.logged_event import LoggedEvent


class LazyEvent:
    """An event by its position, its workspace and its topic."""

    __slots__ = ("_decode", "_event", "_stored", "position", "topic", "workspace_id")

    def __init__(self, stored: LoggedEvent, decode: Callable[[LoggedEvent], DomainEvent]) -> None:
        self.position = stored.id
        self.workspace_id = stored.workspace_id
        self.topic = stored.topic
        self._stored: LoggedEvent | None = stored
        self._decode = decode
        self._event: DomainEvent | None = None

    @classmethod
    def known(cls, recorded: RecordedEvent, topic: str) -> "LazyEvent":
        """One that is decoded already."""
        found = object.__new__(cls)
        found.position, found.workspace_id = recorded.position, recorded.workspace_id
        found.topic, found._event, found._stored = topic, recorded.event, None
        return found

    @property
    def event(self) -> DomainEvent:
        """The event itself. Raises UndecodableEvent."""
        if self._event is None:
            assert self._stored is not None
            self._event = self._decode(self._stored)
            self._stored = None
        return self._event

    @property
    def recorded(self) -> RecordedEvent:
        """Raises UndecodableEvent."""
        return RecordedEvent(self.position, self.workspace_id, self.event)
