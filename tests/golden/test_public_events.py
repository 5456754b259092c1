"""Public events: what others were once told of the log, they are told for ever.

`public_events.jsonl` holds what the golden stored events are told as, to whoever reads all and to
users. A line may get a new field; for anything else the event needs another `dataschema`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from jsonschema import Draft202012Validator

from domain.channel import CHANNEL_TOPICS, Channel
from domain.channel_repository import fold_changes
from domain.event_log import RecordedEvent
from persistence.log.epochs import Epoch, Lineage
from persistence.log.mapper import create_mapper
from projections.feed.events import FeedPage, PublicEvent
from projections.feed.rewound import rewound
from projections.feed.told import told_to_all_readers, told_to_users
from tests.support.golden import GOLDEN, golden_events
from transport.documents.asyncapi import asyncapi

FILE = GOLDEN / "public_events.jsonl"
BEGAN = datetime(2026, 1, 31, tzinfo=UTC)
LINEAGE = Lineage(
    (
        Epoch(UUID("6f1c3c1e-0d6b-4c53-9d6e-000000000001"), 1, BEGAN),
        Epoch(UUID("6f1c3c1e-0d6b-4c53-9d6e-000000000002"), 6, BEGAN),
    )
)
"""The log was rewound once, to its first five events."""


def told() -> Iterator[tuple[str, PublicEvent]]:
    """What each golden event is told as, and to whom."""
    latest: dict[UUID, Channel] = {}
    for position, stored in enumerate(golden_events(), 1):
        if stored.topic not in CHANNEL_TOPICS:
            continue
        event: Any = create_mapper().to_domain_event(stored)
        before = latest.get(event.originator_id)
        (change,) = fold_changes(before, [RecordedEvent(position, None, event)])
        latest[event.originator_id] = change.after
        yield "all readers", told_to_all_readers(change, LINEAGE)
        for each in told_to_users(change, LINEAGE):
            only, without = each.audience.only, sorted(each.audience.without)
            users = "all" if only is None else ", ".join(sorted(set(only).difference(without)))
            rest = f" without {', '.join(without)}" if only is None and without else ""
            yield f"users: {users}{rest}", each.event


def test_public_events_are_what_they_were() -> None:
    found = [{"to": to, "event": msgspec.to_builtins(event)} for to, event in told()]
    golden = [json.loads(line) for line in FILE.read_text().splitlines()]
    assert found == golden


def test_there_is_one_of_each_type_to_all_readers_and_to_users() -> None:
    for readers in ("all readers", "users"):
        types = {event.__struct_config__.tag for to, event in told() if to.startswith(readers)}
        assert types == CHANNEL_TOPICS


def test_a_consumer_reads_them_by_the_schema_of_a_page() -> None:
    events = [json.loads(line)["event"] for line in FILE.read_text().splitlines()]
    page = {"log": LINEAGE.log_id, "events": events, "position": 9}
    read = msgspec.convert(page, FeedPage)
    assert msgspec.to_builtins(read) == page


def test_the_id_of_an_event_stays_when_the_log_is_rewound_beyond_it() -> None:
    before = Lineage(LINEAGE.epochs[:1])
    for to, event in told():
        first = event.id.partition(":")[0] == str(before.epochs[0].id)
        assert first == (int(event.position) < 6), to
        assert event.source == f"urn:uuid:{before.epochs[0].id}"


def test_what_webhooks_are_told_of_a_rewound_log_is_what_it_was() -> None:
    assert json.loads(rewound(LINEAGE, 5).json) == {
        "type": "log.rewound",
        "specversion": "1.0",
        "id": "6f1c3c1e-0d6b-4c53-9d6e-000000000002:rewound",
        "source": "urn:uuid:6f1c3c1e-0d6b-4c53-9d6e-000000000001",
        "time": "2026-01-31T00:00:00.000000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:kanal:log.rewound:1",
        "data": {"log": "6f1c3c1e-0d6b-4c53-9d6e-000000000002", "position": 5},
    }


def test_each_is_what_asyncapi_says_of_its_type() -> None:
    document = asyncapi()
    messages = document["channels"]["webhooks"]["messages"]
    events = [json.loads(line)["event"] for line in FILE.read_text().splitlines()]
    events.append(json.loads(rewound(LINEAGE, 5).json))
    assert {event["type"] for event in events} == messages.keys()
    for event in events:
        payload = messages[event["type"]]["payload"]
        said = Draft202012Validator({**payload, "components": document["components"]})
        said.validate(event)
        assert not said.is_valid({**event, "data": {}})
