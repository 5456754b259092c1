"""The encoded events of the feed: what each change is told as, encoded once for all who read it,
and kept for a while, since readers of the log's end all read the same."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from domain.channel_repository import Change
from domain.event_log import RecordedEvent
from domain.visibility import Audience
from persistence.log.epochs import Lineage
from persistence.log.lazy_event import LazyEvent
from projections.emissions.change_reader import ChangeReader
from projections.feed.events import PublicEvent
from projections.feed.reader import FeedReader
from projections.feed.told import told_to_all_readers, told_to_users

KEPT = 1_024
"""Changes."""


_encode = msgspec.json.Encoder().encode


@dataclass(slots=True, eq=False)
class EncodedEvent:
    """A public event as JSON, in UTF-8; its `subject` is the channel that it is of."""

    position: int
    type: str
    json: bytes
    id: str
    subject: str
    is_end: bool = False


class EncodedChange:
    """What a change is told as."""

    __slots__ = ("_lineage", "_to_all_readers", "_to_users", "change")

    def __init__(self, change: Change, lineage: Lineage) -> None:
        self.change = change
        self._lineage = lineage
        # A cached property takes a lock in Python 3.11, which is a tenth of what a page costs.
        self._to_all_readers: EncodedEvent | None = None
        self._to_users: list[tuple[Audience, EncodedEvent]] | None = None

    @property
    def workspace_id(self) -> str:
        """That of the channel."""
        return self.change.after.workspace_id

    @property
    def to_all_readers(self) -> EncodedEvent:
        if self._to_all_readers is None:
            self._to_all_readers = _encoded(told_to_all_readers(self.change, self._lineage))
        return self._to_all_readers

    @property
    def to_users(self) -> list[tuple[Audience, EncodedEvent]]:
        if self._to_users is None:
            told = told_to_users(self.change, self._lineage)
            self._to_users = [
                (each.audience, _encoded(each.event, is_end=each.is_end)) for each in told
            ]
        return self._to_users

    def to(self, reader: FeedReader) -> EncodedEvent | None:
        """What a reader is told who may use the channel's workspace, as of the change; None where
        that is nothing, or nothing that they want."""
        event = self.to_all_readers if reader.reads_all else self._to_user(reader.user_id)
        is_wanted = event is None or reader.types is None or event.type in reader.types
        return event if is_wanted else None

    def _to_user(self, user_id: str) -> EncodedEvent | None:
        for audience, said in self.to_users:
            if audience.includes(user_id):
                return said
        return None


class EncodedChanges:
    """Makes them of the events of one epoch after the other, and keeps the latest."""

    def __init__(self, changes: ChangeReader, lineage: Callable[[], Lineage]) -> None:
        """`lineage` answers the epochs of the log that is followed."""
        self._changes = changes
        self._lineage = lineage
        self._kept: OrderedDict[int, EncodedChange] = OrderedDict()

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._kept = OrderedDict()
        self._changes.forget()

    async def of(self, logged: LazyEvent) -> EncodedChange | None:
        """That of an event; None for one that is of no channel. Raises UndecodableEvent.

        Waits while the database is away.
        """
        all_kept = self._kept
        if (kept := all_kept.get(logged.position)) is not None:
            return kept
        recorded = RecordedEvent(logged.position, logged.workspace_id, logged.event)
        change = await self._changes.read(recorded)
        if change is None:
            return None
        made = all_kept[logged.position] = EncodedChange(change, self._lineage())
        if len(all_kept) > KEPT:
            all_kept.popitem(last=False)
        return made


def _encoded(event: PublicEvent, *, is_end: bool = False) -> EncodedEvent:
    kind = event.__struct_config__.tag
    assert isinstance(kind, str)
    json = _encode(event)
    return EncodedEvent(int(event.position), kind, json, event.id, str(event.subject), is_end)
