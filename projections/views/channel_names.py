"""The names of channels along the log, for its entries: as of each event, which hardly ever says it
itself. Those that are known are kept, so that a tail asks for few."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from domain.channel import Channel, ChannelCreated, ChannelUpdated
from domain.event_log import DomainEvent, RecordedEvent, UndecodableEvent
from persistence.log.log_search import LogSearch
from persistence.log.postgres_event_log import PostgresEventLog

KEPT = 4_096
"""Channels whose names are kept from one page to the next."""

NAMING = [ChannelCreated.TOPIC, ChannelUpdated.TOPIC]
"""Topics of events that may set a channel's name."""


class ChannelNames:
    """Finds names, and keeps the latest of those that were asked for last."""

    def __init__(self, log: PostgresEventLog, search: LogSearch) -> None:
        self._log = log
        self._search = search
        self._names: OrderedDict[UUID, tuple[int, str]] = OrderedDict()
        """By channel: its name as of a version."""

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._names = OrderedDict()

    async def along(self, events: Sequence[RecordedEvent]) -> dict[int, str]:
        """By position, the name that the channel of an event has there; for events in the order of
        the log. Raises Unavailable."""
        changes = [each for each in events if isinstance(each.event, Channel.Event)]
        latest, names = await self._before(changes), dict[int, str]()
        for recorded in changes:
            stream_id, version = recorded.event.originator_id, recorded.event.originator_version
            name = _name_set_by(recorded.event) or latest.get(stream_id)
            if name is not None:
                names[recorded.position] = latest[stream_id] = name
                self._keep(stream_id, version, name)
        return names

    async def _before(self, changes: Sequence[RecordedEvent]) -> dict[UUID, str]:
        """The names of those channels whose first change does not say it, as of that change."""
        latest, spans = dict[UUID, str](), dict[UUID, tuple[int, int]]()
        for recorded in changes:
            stream_id, version = recorded.event.originator_id, recorded.event.originator_version
            if stream_id not in latest:
                at, name = self._names.get(stream_id, (0, ""))
                is_known = 0 < at <= version
                latest[stream_id] = _name_set_by(recorded.event) or (name if is_known else "")
                if _name_set_by(recorded.event) is None and at != version:
                    spans[stream_id] = (at if is_known else 0, version)
        for logged in await self._search.last_setting("name", NAMING, spans) if spans else ():
            with suppress(UndecodableEvent):
                event = self._log.recorded(logged).event
                latest[event.originator_id] = _name_set_by(event) or ""
        return {stream_id: name for stream_id, name in latest.items() if name}

    def _keep(self, stream_id: UUID, version: int, name: str) -> None:
        if self._names.get(stream_id, (0, ""))[0] < version:
            self._names[stream_id] = (version, name)
        self._names.move_to_end(stream_id)
        if len(self._names) > KEPT:
            self._names.popitem(last=False)


def _name_set_by(event: DomainEvent) -> str | None:
    match event:
        case ChannelCreated():
            return event.name
        case ChannelUpdated() if "name" in event.changes:
            name: str = event.changes["name"]
            return name
    return None
