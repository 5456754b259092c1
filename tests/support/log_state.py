"""What a log says, by its events alone: the channels, the names, and that they agree."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.channel import Channel
from domain.channel_name import ChannelName, NameReservation
from domain.channel_repository import ChannelAt, fold_channel
from domain.event_log import RecordedEvent


def streams(log: Sequence[RecordedEvent]) -> dict[UUID, list[RecordedEvent]]:
    """The events of each stream, in the order of the log; the streams in that of their begin."""
    found: dict[UUID, list[RecordedEvent]] = defaultdict(list)
    for recorded in log:
        found[recorded.event.originator_id].append(recorded)
    return dict(found)


def channels(log: Sequence[RecordedEvent]) -> list[ChannelAt]:
    """All channels that ever were, in the order of their creation."""
    folded = [fold_channel(stream) for stream in streams(log).values()]
    return [at for at in folded if at is not None]


def channel_in(log: Sequence[RecordedEvent], channel_id: UUID) -> Channel:
    """A channel as it has become, in a log that is whole."""
    check_whole(log)
    (at,) = (at for at in channels(log) if at.channel.id == channel_id)
    return at.channel


def held_names(log: Sequence[RecordedEvent]) -> dict[tuple[str, str], UUID]:
    """By workspace and key: the channels that hold the names."""
    held = {}
    for stream in streams(log).values():
        reservation: Any = None
        for recorded in stream:
            if isinstance(recorded.event, NameReservation.Event):
                reservation = recorded.event.mutate(reservation)
        if reservation is not None and reservation.channel_id is not None:
            held[reservation.workspace_id, reservation.key] = reservation.channel_id
    return held


def check_whole(log: Sequence[RecordedEvent]) -> None:
    """Positions and versions have no holes, and each channel that lives holds exactly its name."""
    assert [recorded.position for recorded in log] == list(range(1, len(log) + 1))
    for stream in streams(log).values():
        versions = [recorded.event.originator_version for recorded in stream]
        assert versions == list(range(1, len(stream) + 1))
        assert len({isinstance(recorded.event, Channel.Event) for recorded in stream}) == 1
    living = [at.channel for at in channels(log) if not at.channel.is_deleted]
    wanted = {(each.workspace_id, ChannelName(each.name).key): each.id for each in living}
    assert held_names(log) == wanted
    assert len(wanted) == len(living)
