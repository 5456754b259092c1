"""The mapper: makes stored events of domain events for an append, and domain events of stored ones
for readers, in the format of eventsourcing.

Events of an older shape are upcast to the shape of today (`docs/events.md`).
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto
from eventsourcing.domain import DomainEventProtocol, HasOriginatorIDVersion
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    Transcoding,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)
from eventsourcing.utils import TopicError, resolve_topic
from rpds import HashTrieMap

# Events are decoded by topic; importing their modules is what registers the topics.
import domain.access
import domain.channel
import domain.channel_name  # noqa: F401
from domain.channel import MemberRole
from domain.event_log import UndecodableEvent

_SHAPE = "class_version"
"""The key under which the library stores the shape of an event, where that is not the first."""
_PLAIN = frozenset({str, int, bool, type(None)})
"""Types that every JSON encoder writes alike. eventsourcing's and msgspec write a float
differently."""
_NAME, _DATA = "_type_", "_data_"
_TAGGED = {_NAME, _DATA}
"""The keys of a tagged value."""
_NESTING = frozenset({dict, list})


class FastTranscoder(JSONTranscoder):
    """The library's transcoder on msgspec: the same objects and the same bytes, in two thirds of
    the time."""

    def encode(self, obj: Any) -> bytes:
        return msgspec.json.encode(self._tagged(obj))

    def decode(self, data: bytes) -> Any:
        decoded = msgspec.json.decode(data)
        return self._resolved(decoded) if type(decoded) in _NESTING else decoded

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
        """A dict or a list with the objects in place of their tagged values."""
        if type(value) is list:
            return [self._resolved(each) if type(each) in _NESTING else each for each in value]
        for key, each in value.items():
            if type(each) is dict and each.keys() == _TAGGED and type(each[_DATA]) is str:
                # Most tagged values hold a text: what is in it need not be looked through.
                coding = self.names.get(each.get(_NAME, ""))
                value[key] = coding.decode(each[_DATA]) if coding else self._decode_obj(each)
            elif type(each) in _NESTING:
                value[key] = self._resolved(each)
        return self._decode_obj(value) if len(value) == 2 else value


class EventMapper(Mapper[UUID]):
    """The library's mapper, which also refuses events that would be misread: those in a newer shape
    than this version knows, and those without a field that they must have."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Raises UndecodableEvent."""
        try:
            kind = _kind(stored_event.topic)
            fields = self.transcoder.decode(stored_event.state)
            if kind.has_shapes or _SHAPE in fields:
                kind.check_shape(fields)
                event = super().to_domain_event(stored_event)
                fields = event.__dict__
            else:
                # As the library makes it, which takes twice as long.
                fields["originator_id"] = stored_event.originator_id
                fields["originator_version"] = stored_event.originator_version
                event = object.__new__(kind.event)
                object.__setattr__(event, "__dict__", fields)
            if not fields.keys() >= kind.required:
                raise ValueError(f"it has no {', '.join(sorted(kind.required - fields.keys()))}")
        except Exception as error:
            position = getattr(stored_event, "id", 0)  # a LoggedEvent has one
            raise UndecodableEvent(position, stored_event.topic, _reason(error)) from error
        return event


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the events of a topic are."""

    event: Any
    """Their class."""
    required: frozenset[str]
    """The fields that they must have."""

    has_shapes: bool
    """Whether older ones are upcast."""

    def check_shape(self, fields: dict[str, Any]) -> None:
        """Raises _NewerShape."""
        if (shape := fields.get(_SHAPE, 1)) > getattr(self.event, _SHAPE, 1):
            raise _NewerShape(shape)


@cache
def _kind(topic: str) -> _Kind:
    """Raises TopicError, and TypeError where they are no events."""
    event = resolve_topic(topic)
    if not issubclass(event, HasOriginatorIDVersion):
        raise TypeError(f"{event} is no event")
    required = [
        field.name
        for field in dataclasses.fields(event)
        if field.default is field.default_factory is dataclasses.MISSING
    ]
    return _Kind(event, frozenset(required), getattr(event, _SHAPE, 1) > 1)


class _NewerShape(Exception):
    """A newer version of Kanal has recorded the event."""


def _reason(error: Exception) -> str:
    match error:
        case TopicError():
            return "which this version of Kanal does not know; upgrade it"
        case _NewerShape():
            return f"in its shape {error}, which this version of Kanal does not know; upgrade it"
        case MapperDeserialisationError():
            return f"which cannot be decoded: {error.__cause__}"
        case msgspec.DecodeError() | TranscodingNotRegisteredError():
            return f"which cannot be decoded: {error}"
    return f"which cannot be decoded: {type(error).__name__}: {error}"


def create_mapper() -> EventMapper:
    """The mapper of all that is stored: JSON in UTF-8, with tags for what JSON has no form for."""
    transcoder = FastTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(RowIdAsHex())
    transcoder.register(DatetimeAsISO())
    transcoder.register(MembersAsDict())
    return EventMapper(transcoder)


class RowIdAsHex(UUIDAsHex):
    """The ids of rows, as asyncpg makes them in a tenth of the time: equal to the standard ones."""

    type = cast(type[UUID], pgproto.UUID)

    def decode(self, data: str) -> UUID:
        return pgproto.UUID(data)


class MembersAsDict(Transcoding):
    """The members of a channel, as snapshots hold them."""

    type = HashTrieMap
    name = "members"

    def encode(self, obj: "HashTrieMap[str, MemberRole]") -> dict[str, Any]:
        return dict(sorted(obj.items()))  # the order of the trie differs between processes

    def decode(self, data: dict[str, Any]) -> "HashTrieMap[str, MemberRole]":
        return HashTrieMap({user_id: MemberRole(role) for user_id, role in data.items()})
