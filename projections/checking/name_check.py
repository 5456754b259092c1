"""The check of the names, a part of the check of the log: the names that channels have against
those that the name streams reserve.

The two are followed separately. At no time may two channels have one name, and at the end of the
log both must agree.
"""

from collections.abc import Iterator
from sys import intern
from uuid import UUID

import msgspec

from domain.channel import ChannelCreated, ChannelDeleted, ChannelUpdated
from domain.channel_name import ChannelName, NameReservation, NameReserved
from domain.event_log import DomainEvent
from domain.identifiers import name_stream_id


class _Name(msgspec.Struct, gc=False):
    """A name that was ever used: `called` is the channel that has it, `holder` the one that its
    stream reserves it for. There may be as many names as channels, so both are integers, to save
    memory."""

    workspace_id: str
    key: str
    called: int | None = None
    holder: int | None = None

    def __str__(self) -> str:
        return f"the name {self.key!r} in {self.workspace_id!r}"


class NameCheck:
    """Takes the events in the order of the log, and returns what is wrong with names."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], _Name] = {}
        self._name_of: dict[int, _Name] = {}
        """By stream: the name of a channel that is not deleted, and the name of a name stream."""

    def take_in(self, event: DomainEvent) -> list[str]:
        """What is wrong with the names at the next event."""
        stream = event.originator_id.int
        match event:
            case ChannelCreated():
                return self._call(stream, event.workspace_id, event.name)
            case ChannelUpdated() if "name" in event.changes:
                if (before := self._uncall(stream)) is not None:
                    return self._call(stream, before.workspace_id, event.changes["name"])
            case ChannelDeleted():
                self._uncall(stream)
            case NameReserved():
                name = self._name_of[stream] = self._name(event.workspace_id, event.key)
                wrong = self._reserve(name, event.channel_id)
                wanted = name_stream_id(event.workspace_id, event.key)
                if event.originator_id != wanted:
                    found = event.originator_id
                    wrong.insert(0, f"{name} is in stream {found}, looked for in {wanted}")
                return wrong
            case NameReservation.ReservedAgain():
                if (known := self._name_of.get(stream)) is not None:
                    return self._reserve(known, event.channel_id)
            case NameReservation.Released():
                if (known := self._name_of.get(stream)) is not None:
                    is_held, known.holder = known.holder is not None, None
                    return [] if is_held else [f"{known} is released, and nobody holds it"]
        return []

    def disagreements(self) -> Iterator[str]:
        """After the last event: the names whose stream and channel do not agree."""
        for name in self._names.values():
            if name.called != name.holder:
                yield f"{name} is that of {_channel(name.called)}, held by {_channel(name.holder)}"

    def _call(self, channel: int, workspace_id: str, text: str) -> list[str]:
        name = self._name(workspace_id, ChannelName(text).key)
        other, name.called = name.called, channel
        self._name_of[channel] = name
        if other is None:
            return []
        return [f"{name} is taken by {_channel(channel)}, and is that of {_channel(other)}"]

    def _uncall(self, channel: int) -> _Name | None:
        """Take its name from a channel; returns the name, None where it is not known."""
        name = self._name_of.pop(channel, None)
        if name is not None and name.called == channel:
            name.called = None
        return name

    def _reserve(self, name: _Name, channel_id: UUID) -> list[str]:
        channel, other = channel_id.int, name.holder
        # Mostly both are the same channel, and then one integer object serves for both.
        name.holder = name.called if name.called == channel else channel
        if other is None:
            return []
        held = f"while {_channel(other)} holds it"
        return [f"{name} is reserved for {_channel(channel)} {held}"]

    def _name(self, workspace_id: str, key: str) -> _Name:
        name = self._names.get((workspace_id, key))
        if name is None:
            name = _Name(intern(workspace_id), key)
            self._names[name.workspace_id, key] = name
        return name


def _channel(channel: int | None) -> str:
    return "no channel" if channel is None else f"channel {UUID(int=channel)}"
