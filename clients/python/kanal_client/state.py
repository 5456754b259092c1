"""The list of channels as a value: what an event makes of it, and which parts stay the same
objects.

A state is never changed: the next one is another object, with the same `Channel` objects wherever
they say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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
refused       the service does not take the token; `reconnect` asks for another one

Where it is anything but `live` for longer, `State.reason` says why.
"""


@dataclass(frozen=True, slots=True)
class State:
    """What is shown. It is never changed: what has changed is in another one."""

    status: Status = "connecting"
    channels: tuple[Channel, ...] = ()
    """Those that the user may see as of `position`, in the order of `created_at`, then `id`."""
    position: int = 0
    """A place in the log; 0 before there is a list."""
    log: str | None = None
    """The log that `position` belongs to; another one after the service has lost an end of its
    log."""
    user_id: str | None = None
    """Whom the token speaks for, by the service's own word; None until it has said so."""
    reason: KanalError | None = None
    """Why the status is not `live`, as far as is known, and None once it is: with `connecting` and
    `away` that of the last attempt (`unreachable`, `wrong_url`, `token_unavailable`, `unavailable`,
    `rate_limited`, `token_expired`), with `refused` what the service has against the token
    (`token_invalid`, `token_missing`, `token_expired`, `forbidden`, `access_revoked`). It holds no
    token."""


class Touched(msgspec.Struct, frozen=True, rename="camel"):
    """What another member, or one less, changes in a channel."""

    updated_at: datetime
    version: int
    position: int


class _Where(msgspec.Struct, frozen=True, rename="camel"):
    """What every other event says beyond that."""

    channel_id: str
    workspace_id: str
    position: int


@dataclass(frozen=True, slots=True)
class Event:
    """What the service tells of a channel: what it is now, what has changed, or None, if it is
    gone."""

    channel_id: str
    workspace_id: str
    position: int
    now: Channel | Touched | None

    @classmethod
    def of(cls, name: str, payload: Any) -> "Event":
        """Raises msgspec.ValidationError for what no service of this API tells."""
        if name in ("channel-created", "channel-updated"):
            told = msgspec.convert(payload, Channel)
            return cls(told.id, told.workspace_id, told.position, told)
        now = None if name == "channel-deleted" else msgspec.convert(payload, Touched)
        where = msgspec.convert(payload, _Where)
        return cls(where.channel_id, where.workspace_id, where.position, now)


def after_events(channels: Sequence[Channel], events: Iterable[Event]) -> tuple[Channel, ...]:
    """The list after some events; one that the list reflects already changes nothing."""
    by_id = {channel.id: channel for channel in channels}
    for event in events:
        known = by_id.get(event.channel_id)
        if known is not None and event.position <= known.position:
            continue
        match event.now:
            case Channel() as channel:
                by_id[event.channel_id] = channel
            case None:
                by_id.pop(event.channel_id, None)
            case touched if known is not None:
                changes = {name: getattr(touched, name) for name in Touched.__struct_fields__}
                by_id[event.channel_id] = msgspec.structs.replace(known, **changes)
    return as_before(channels, by_id.values())


def as_before(before: Sequence[Channel], channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """A list in its order, of the objects of the one before wherever they say the same."""
    known = {channel.id: channel for channel in before}
    kept = [
        one if (one := known.get(channel.id)) is not None and one == channel else channel
        for channel in channels
    ]
    return tuple(sorted(kept, key=lambda channel: (channel.created_at, channel.id)))
