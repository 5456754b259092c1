"""The mapper: makes stored events of domain events for an append, and domain events of stored ones
for readers, in the format of eventsourcing.

Events of an older shape are upcast to the shape of today (`docs/events.md`).
"""

import dataclasses
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    Transcoding,
    UUIDAsHex,
)
from eventsourcing.utils import TopicError
from rpds import HashTrieMap

# Events are decoded by topic; importing their modules is what registers the topics.
import domain.access
import domain.channel
import domain.channel_name  # noqa: F401
from domain.channel import MemberRole
from domain.event_log import UndecodableEvent

_SHAPE = "class_version"
_PLAIN = frozenset({str, int, bool, type(None)})
"""Types that every JSON encoder writes alike. eventsourcing's and msgspec write a float
differently."""
_TELLS_SHAPE = b'"class_version"'
"""The key under which the library stores the shape of an event, where that is not the first."""


class FastTranscoder(JSONTranscoder):
    """The library's transcoder on msgspec: the same objects and the same bytes, in two thirds of
    the time."""

    def encode(self, obj: Any) -> bytes:
        return msgspec.json.encode(self._tagged(obj))

    def decode(self, data: bytes) -> Any:
        return self._resolved(msgspec.json.decode(data))

    def _tagged(self, value: Any) -> Any:
        """`value` with tagged values in place of those that JSON has no form for."""
        if type(value) in _PLAIN or isinstance(value, str):
            return value
        if type(value) is dict:
            # Most fields are plain: a call for each would take half of the time.
            return {
                key: each if type(each) in _PLAIN else self._tagged(each)
                for key, each in value.items()
            }
        if type(value) in (list, tuple):
            return [self._tagged(each) for each in value]
        return self._tagged(self._encode_obj(value))

    def _resolved(self, value: Any) -> Any:
        """`value` with the objects in place of their tagged values."""
        if type(value) is dict:
            for key, each in value.items():
                if type(each) is dict or type(each) is list:
                    value[key] = self._resolved(each)
            return self._decode_obj(value)
        if type(value) is list:
            return [self._resolved(each) for each in value]
        return value


class EventMapper(Mapper[UUID]):
    """The library's mapper, which also refuses events that would be misread: those in a newer shape
    than this version knows, and those without a field that they must have."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Raises UndecodableEvent."""
        try:
            event = super().to_domain_event(stored_event)
            kind, fields = type(event), event.__dict__.keys()
            if _TELLS_SHAPE in stored_event.state:
                self._check_shape(stored_event, kind)
            if not fields >= (required := _required_fields(kind)):
                raise ValueError(f"it has no {', '.join(sorted(required - fields))}")
        except Exception as error:
            position = getattr(stored_event, "id", 0)  # a LoggedEvent has one
            raise UndecodableEvent(position, stored_event.topic, _reason(error)) from error
        return event

    def _check_shape(self, stored_event: StoredEvent, kind: type) -> None:
        shape = self.transcoder.decode(stored_event.state).get(_SHAPE, 1)
        if shape > getattr(kind, _SHAPE, 1):
            raise _NewerShape(shape)


class _NewerShape(Exception):
    """A newer version of Kanal has recorded the event."""


@cache
def _required_fields(kind: type) -> frozenset[str]:
    return frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is field.default_factory is dataclasses.MISSING
    )


def _reason(error: Exception) -> str:
    match error:
        case TopicError():
            return "which this version of Kanal does not know; upgrade it"
        case _NewerShape():
            return f"in its shape {error}, which this version of Kanal does not know; upgrade it"
        case MapperDeserialisationError():
            return f"which cannot be decoded: {error.__cause__}"
    return f"which cannot be decoded: {type(error).__name__}: {error}"


def create_mapper() -> EventMapper:
    """The mapper of all that is stored: JSON in UTF-8, with tags for what JSON has no form for."""
    transcoder = FastTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    transcoder.register(MembersAsDict())
    return EventMapper(transcoder)


class MembersAsDict(Transcoding):
    """The members of a channel, as snapshots hold them."""

    type = HashTrieMap
    name = "members"

    def encode(self, obj: "HashTrieMap[str, MemberRole]") -> dict[str, Any]:
        return dict(sorted(obj.items()))  # the order of the trie differs between processes

    def decode(self, data: dict[str, Any]) -> "HashTrieMap[str, MemberRole]":
        return HashTrieMap({user_id: MemberRole(role) for user_id, role in data.items()})
