"""History: what was once written to the log is read for ever.

`stored_events.jsonl` holds events as the mapper stored them. Lines are added to it, one at least
for each new type of event and each new form of an old one; none is ever changed or taken away.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.domain import Aggregate, CanMutateAggregate
from opentelemetry import trace
from rpds import HashTrieMap

from domain.access import AccessRevoked, RevokedAccess, revoked_by
from domain.channel import Channel, MemberRole
from domain.channel_name import ChannelName, NameReservation
from domain.channel_repository import fold_changes
from domain.event_log import RecordedEvent
from persistence.log.mapper import create_mapper
from projections.emissions.emissions import emissions_of
from projections.representations import ChannelModel
from scripts.service.tracing.traceparent import kept
from tests.support.golden import golden_events

MOMENT = datetime(2026, 1, 31, 10, 28, 19, 123456, tzinfo=UTC)
LATER = MOMENT.replace(month=11, day=25)
GENERAL = UUID("3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51")
PRIVATE = UUID("ec378359-7a5f-54ee-a682-114b07a99fa5")


def aggregate_of(stream_id: UUID, version: int) -> Any:
    """The aggregate that the golden events of a stream make, up to a version."""
    aggregate = None
    for stored in golden_events():
        if stored.originator_id == stream_id and stored.originator_version <= version:
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

FIRST = {
    "workspace_id": "Отдел 7",
    "name": "Straße 🙂",
    "description": 'Zwei\nZeilen, "zitiert"',
    "is_private": True,
    "creator_id": "боб",
    "members": HashTrieMap({"боб": MemberRole.ADMIN}),
    "is_deleted": False,
}
BOTH_ADMINS = HashTrieMap({"боб": MemberRole.ADMIN, "Алиса": MemberRole.ADMIN})
ONE_USER = HashTrieMap({"боб": MemberRole.ADMIN, "Алиса": MemberRole.USER})
PUBLIC = {**FIRST, "description": None, "is_private": False, "members": BOTH_ADMINS}
RENAMED = {**PUBLIC, "name": "Straße 7", "is_private": True}
LEFT = {**RENAMED, "members": HashTrieMap({"Алиса": MemberRole.ADMIN})}

LIFE: list[tuple[int, datetime, dict[str, Any]]] = [
    (1, MOMENT, FIRST),
    (2, LATER, {**FIRST, "members": ONE_USER}),
    (3, LATER, {**FIRST, "members": BOTH_ADMINS}),
    (4, LATER, PUBLIC),
    (5, LATER, RENAMED),
    (6, LATER, LEFT),
    (7, LATER, {**LEFT, "is_deleted": True}),
]


def test_a_public_channel_is_still_what_it_was() -> None:
    channel = aggregate_of(GENERAL, 1)
    assert type(channel) is Channel
    assert (channel.id, channel.version) == (GENERAL, 1)
    assert channel.created_on == channel.modified_on == MOMENT
    assert (channel.workspace_id, channel.name, channel.description) == ("demo", "general", None)
    assert (channel.is_private, channel.creator_id) == (False, "alice")
    assert not channel.members


@pytest.mark.parametrize(("version", "moment", "expected"), LIFE)
def test_a_channel_is_still_what_it_was_at_each_version(
    version: int, moment: datetime, expected: dict[str, Any]
) -> None:
    channel = aggregate_of(PRIVATE, version)
    assert (channel.id, channel.version) == (PRIVATE, version)
    assert (channel.created_on, channel.modified_on) == (MOMENT, moment)
    assert {name: getattr(channel, name) for name in expected} == expected


NAMES: list[tuple[str, str, int, UUID | None]] = [
    ("demo", "General", 1, GENERAL),
    ("Отдел 7", "STRASSE 🙂", 1, PRIVATE),
    ("Отдел 7", "STRASSE 🙂", 2, None),
    ("Отдел 7", "STRASSE 🙂", 3, GENERAL),
]


@pytest.mark.parametrize(("workspace_id", "name", "version", "holder"), NAMES)
def test_a_name_is_still_held_by_whom_it_was(
    workspace_id: str, name: str, version: int, holder: UUID | None
) -> None:
    """Found from the name as it is asked for, in another case: by its id and by its key."""
    key = ChannelName.parse(name).key
    reservation = aggregate_of(NameReservation.create_id(workspace_id, key), version)
    assert type(reservation) is NameReservation
    assert (reservation.workspace_id, reservation.key) == (workspace_id, key)
    assert reservation.channel_id == holder
    assert (reservation.version, reservation.created_on) == (version, MOMENT)


def test_every_event_still_says_who_and_why() -> None:
    events: list[Any] = [create_mapper().to_domain_event(stored) for stored in golden_events()]
    assert [(event.actor_id, event.correlation_id) for event in events] == [
        ("alice", "request-1"),
        ("alice", "request-1"),
        ("боб", "request-2"),
        ("боб", "request-2"),
        *[("боб", "request-3")] * 8,
        ("olga", "request-4"),
        ("kanal revoke", "request-5"),
        ("alice", "request-6"),
    ]


def test_what_was_recorded_in_a_trace_still_says_the_same_and_names_it() -> None:
    channel = aggregate_of(GENERAL, 2)
    assert (channel.version, channel.name, channel.description) == (2, "general", "traced")
    *_, stored = golden_events()
    event: Any = create_mapper().to_domain_event(stored)
    span = trace.get_current_span(kept(event)).get_span_context()
    assert f"{span.trace_id:x}" == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert create_mapper().to_stored_event(event).state == stored.state


def test_access_is_still_taken_back_from_whom_it_was() -> None:
    at = datetime(2026, 11, 28, 10, 28, 19, 123456, tzinfo=UTC)
    events: list[Any] = [create_mapper().to_domain_event(stored) for stored in golden_events()]
    assert [revoked_by(event) for event in events if isinstance(event, AccessRevoked)] == [
        RevokedAccess("Алиса", None, at),
        RevokedAccess("боб", "Отдел 7", at),
    ]


def test_an_old_creation_would_still_be_told() -> None:
    stored = next(golden_events())
    event: Any = create_mapper().to_domain_event(stored)
    (change,) = fold_changes(None, [RecordedEvent(1, "demo", event)])
    (emission,) = emissions_of(change)
    assert isinstance(emission.payload, ChannelModel)
    assert emission.payload.id == str(GENERAL)
    assert emission.payload.created_at == "2026-01-31T10:28:19.123456Z"


def test_every_type_of_event_is_in_the_history_in_every_shape_that_it_had() -> None:
    kept = {
        (stored.topic, json.loads(stored.state).get("class_version", 1))
        for stored in golden_events()
    }
    shapes = {
        (getattr(kind, "TOPIC", kind), shape)
        for kind in EVENTS
        for shape in range(1, getattr(kind, "class_version", 1) + 1)
    }
    assert shapes == kept


def test_no_topic_is_the_place_of_a_class() -> None:
    """A topic that is not pinned names the module, and moving the class would lose history."""
    assert [kind for kind in AGGREGATES | EVENTS if not hasattr(kind, "TOPIC")] == []
