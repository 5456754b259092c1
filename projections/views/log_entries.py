"""The log as operators read it, for `GET /operator/log`: pages of entries, each an event with who,
what and where; nothing is left out, and what cannot be decoded is an entry as well."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec

from domain.access import AccessRevoked
from domain.channel import Channel
from domain.channel_name import NameReservation
from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.log.log_search import LogSearch, Wanted
from persistence.log.logged_event import LoggedEvent
from persistence.log.postgres_event_log import PostgresEventLog
from projections.representations import ChannelId, Moment, Position, rfc3339
from projections.views.channel_history import changes_of
from projections.views.channel_names import ChannelNames


class LogEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One event as it is in the log. What is null is not said by the event, or cannot be read."""

    position: Position
    at: Moment | None
    type: Annotated[str, msgspec.Meta(description="its topic, such as channel.created")]
    version: Annotated[int, msgspec.Meta(ge=1, description="its place in its stream")]
    workspace_id: str | None
    channel_id: ChannelId | None
    channel_name: Annotated[str, msgspec.Meta(description="as of this event")] | None
    actor_id: str | None
    request_id: Annotated[str, msgspec.Meta(description="the request's X-Request-ID")] | None
    changes: Annotated[
        dict[str, str | bool | None], msgspec.Meta(description="what it sets, by field")
    ]
    unreadable: (
        Annotated[str, msgspec.Meta(description="why this version of Kanal cannot decode it")]
        | None
    ) = None


class LogPage(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/log`: events in the order of the log, and the stretch of
    positions in which they are all that was asked for; it is empty where `last` is below
    `first`."""

    events: list[LogEntry]
    first: Annotated[int, msgspec.Meta(ge=1, description="pass it as `before` to go back")]
    last: Annotated[int, msgspec.Meta(ge=0, description="pass it as `after` to go on")]
    passed_over: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="positions beyond `after` that were left out, since `limit` takes the"
            " latest; where something is looked for, it need not be at all of them",
        ),
    ]
    position: Annotated[int, msgspec.Meta(ge=0, description="the head of the log")]
    log: Annotated[str, msgspec.Meta(description="its id")]


class LogEntries:
    """Makes entries of events."""

    def __init__(self, log: PostgresEventLog, search: LogSearch) -> None:
        self._log = log
        self._search = search
        self._names = ChannelNames(log, search)

    def forget(self) -> None:
        """The log is in another epoch from here on."""
        self._names.forget()

    async def page(
        self,
        wanted: Wanted,
        *,
        after: int | None,
        before: int | None,
        limit: int,
        is_oldest_first: bool,
        log_id: str,
    ) -> LogPage:
        """At most `limit` entries between two positions: the latest, or the oldest. Raises
        Unavailable."""
        select = self._search.earliest if is_oldest_first else self._search.latest
        found = await select(wanted, after=after or 0, before=before, limit=limit)
        passed_over = 0 if after is None or is_oldest_first else found.first - after - 1
        return LogPage(
            events=await self.entries(found.events),
            first=found.first,
            last=max(found.last, found.first - 1),
            passed_over=passed_over,
            position=found.head,
            log=log_id,
        )

    async def entries(self, events: Sequence[LoggedEvent]) -> list[LogEntry]:
        """An entry of each. Raises Unavailable."""
        readable = [self._decoded(each) for each in events]
        names = await self._names.along(
            [each for each in readable if isinstance(each, RecordedEvent)]
        )
        return [
            _unreadable(logged, each)
            if isinstance(each, UndecodableEvent)
            else _entry(logged, each.event, names.get(logged.id))
            for logged, each in zip(events, readable, strict=True)
        ]

    def _decoded(self, logged: LoggedEvent) -> RecordedEvent | UndecodableEvent:
        try:
            return self._log.recorded(logged)
        except UndecodableEvent as error:
            return error


def _entry(logged: LoggedEvent, event: Any, channel_name: str | None) -> LogEntry:
    changes: dict[str, str | bool | None] = {}
    channel_id: UUID | None = None
    match event:
        case Channel.Event():
            channel_id, changes = event.originator_id, changes_of(event)
        case NameReservation.Event():
            channel_id = getattr(event, "channel_id", None)
            changes = {"key": event.key} if isinstance(event, NameReservation.Created) else {}
        case AccessRevoked():
            changes = {"userId": event.user_id, "workspaceId": event.workspace_id}
    return LogEntry(
        position=logged.id,
        at=rfc3339(event.timestamp),
        type=logged.topic,
        version=logged.originator_version,
        workspace_id=logged.workspace_id,
        channel_id=None if channel_id is None else str(channel_id),
        channel_name=channel_name,
        actor_id=event.actor_id,
        request_id=event.correlation_id,
        changes=changes,
    )


def _unreadable(logged: LoggedEvent, error: UndecodableEvent) -> LogEntry:
    return LogEntry(
        position=logged.id,
        at=None,
        type=logged.topic,
        version=logged.originator_version,
        workspace_id=logged.workspace_id,
        channel_id=None,
        channel_name=None,
        actor_id=None,
        request_id=None,
        changes={},
        unreadable=error.reason,
    )
