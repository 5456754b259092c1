"""History: what was once written to the log is read for ever.

`stored_events.jsonl` holds events as the mapper stored them. Lines are added to it, one at least
for each new type of event and each new form of an old one; none is ever changed or taken away.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.domain import Aggregate, CanMutateAggregate
from eventsourcing.persistence import StoredEvent

from domain.channel import Channel
from domain.channel_name import ChannelName, NameReservation
from domain.event_log import RecordedEvent
from persistence.mapper import create_mapper
from projections.channel_emissions import emissions_of

MOMENT = datetime(2026, 1, 31, 10, 28, 19, 123456, tzinfo=UTC)
GENERAL = UUID("3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51")
PRIVATE = UUID("ec378359-7a5f-54ee-a682-114b07a99fa5")


def golden_events() -> Iterator[StoredEvent]:
    for text in (Path(__file__).parent / "stored_events.jsonl").read_text().splitlines():
        line = json.loads(text)
        yield StoredEvent(
            originator_id=UUID(line["originator_id"]),
            originator_version=line["originator_version"],
            topic=line["topic"],
            state=line["state"].encode(),
        )


def aggregate_of(stream_id: UUID) -> Any:
    """The aggregate that the golden events of a stream make."""
    aggregate = None
    for stored in golden_events():
        if stored.originator_id == stream_id:
            event: Any = create_mapper().to_domain_event(stored)
            aggregate = event.mutate(aggregate)
    return aggregate


def classes_of_domain(base: type) -> set[type]:
    """The classes of the domain that descend from a base of eventsourcing's."""
    found, unseen = set(), [base]
    while unseen:
        kind = unseen.pop()
        unseen += kind.__subclasses__()
        if kind.__module__.split(".")[0] == "domain":
            found.add(kind)
    return found


AGGREGATES = classes_of_domain(Aggregate)
EVENTS = {kind for kind in classes_of_domain(CanMutateAggregate) if kind.__name__ != "Event"}
"""All but each aggregate's own base class of its events."""

CHANNELS: dict[str, tuple[UUID, dict[str, Any]]] = {
    "public": (
        GENERAL,
        {
            "workspace_id": "demo",
            "name": "general",
            "description": None,
            "is_private": False,
            "creator_id": "alice",
            "members": frozenset(),
        },
    ),
    "private": (
        PRIVATE,
        {
            "workspace_id": "Отдел 7",
            "name": "Straße 🙂",
            "description": 'Zwei\nZeilen, "zitiert"',
            "is_private": True,
            "creator_id": "боб",
            "members": frozenset({"боб"}),
        },
    ),
}


@pytest.mark.parametrize(("stream_id", "expected"), CHANNELS.values(), ids=CHANNELS)
def test_a_channel_is_still_what_it_was(stream_id: UUID, expected: dict[str, Any]) -> None:
    channel = aggregate_of(stream_id)
    assert type(channel) is Channel
    assert (channel.id, channel.version) == (stream_id, 1)
    assert channel.created_on == channel.modified_on == MOMENT
    assert {name: getattr(channel, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("workspace_id", "name", "channel_id"),
    [("demo", "General", GENERAL), ("Отдел 7", "STRASSE 🙂", PRIVATE)],
)
def test_a_reserved_name_is_still_taken(workspace_id: str, name: str, channel_id: UUID) -> None:
    """Found from the name as it is asked for, in another case: by its id and by its key."""
    key = ChannelName.parse(name).key
    reservation = aggregate_of(NameReservation.create_id(workspace_id, key))
    assert type(reservation) is NameReservation
    assert (reservation.workspace_id, reservation.key) == (workspace_id, key)
    assert reservation.channel_id == channel_id
    assert (reservation.version, reservation.created_on) == (1, MOMENT)


def test_every_event_still_says_who_and_why() -> None:
    events: list[Any] = [create_mapper().to_domain_event(stored) for stored in golden_events()]
    assert [(event.actor_id, event.correlation_id) for event in events] == [
        ("alice", "request-1"),
        ("alice", "request-1"),
        ("боб", "request-2"),
        ("боб", "request-2"),
    ]


def test_an_old_creation_would_still_be_told() -> None:
    stored = next(golden_events())
    event: Any = create_mapper().to_domain_event(stored)
    (emission,) = emissions_of(RecordedEvent(1, event))
    assert emission.payload.id == str(GENERAL)
    assert emission.payload.created_at == "2026-01-31T10:28:19.123456Z"


def test_every_type_of_event_is_in_the_history() -> None:
    kept = {stored.topic for stored in golden_events()}
    assert {getattr(kind, "TOPIC", kind) for kind in EVENTS} == kept


def test_no_topic_is_the_place_of_a_class() -> None:
    """A topic that is not pinned names the module, and moving the class would lose history."""
    assert [kind for kind in AGGREGATES | EVENTS if not hasattr(kind, "TOPIC")] == []
