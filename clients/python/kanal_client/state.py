"""The list of channels as a value: what an event makes of it, and which parts stay the same
objects.

A state is never changed: the next one is another object, with the same `Channel` objects wherever
they say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from kanal_client.errors import KanalError
from kanal_client.models import Channel

Status = Literal["connecting", "catching-up", "live", "away", "refused"]
"""
connecting    not there yet, for the first time
catching-up   connected; what was missed, or the list, is on its way
live          level with the service
away          the connection is lost, or its token ran out; it comes back by itself
refused       the service does not take the token, for the reason in `error`
"""


@dataclass(frozen=True, slots=True)
class State:
    """The `channels` that the user may see as of `position`, in the order of their creation.

    `position` is a place in the log, 0 before there is a list; `log` the log that it belongs to,
    another one after the service has lost an end of its log; `error` why the status is `refused`.
    """

    status: Status = "connecting"
    channels: tuple[Channel, ...] = ()
    position: int = 0
    log: str | None = None
    user_id: str | None = None
    error: KanalError | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What the service tells of a channel: what it is now, or None where it is gone."""

    channel_id: str
    workspace_id: str
    position: int
    changes: bool
    """False for what is about its members alone."""
    channel: Channel | None = None

    @classmethod
    def of(cls, name: str, payload: Mapping[str, Any]) -> "Event":
        if name in ("channel-created", "channel-updated"):
            told = msgspec.convert(payload, Channel)
            return cls(told.id, told.workspace_id, told.position, True, told)
        place = payload["channelId"], payload["workspaceId"], payload["position"]
        return cls(*place, changes=name == "channel-deleted")


def after_events(channels: Sequence[Channel], events: Iterable[Event]) -> tuple[Channel, ...]:
    """The list after some events; one that the list reflects already changes nothing."""
    by_id = {channel.id: channel for channel in channels}
    for event in events:
        known = by_id.get(event.channel_id)
        if not event.changes or (known is not None and event.position <= known.position):
            continue
        if event.channel is not None:
            by_id[event.channel_id] = event.channel
        else:
            by_id.pop(event.channel_id, None)
    return as_before(channels, by_id.values())


def as_before(before: Sequence[Channel], channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """A list in its order, of the objects of the one before wherever they say the same."""
    known = {channel.id: channel for channel in before}
    kept = sorted(
        (one if (one := known.get(channel.id)) == channel and one is not None else channel
         for channel in channels),
        key=lambda channel: (channel.created_at, channel.id),
    )  # fmt: skip
    return tuple(kept)
