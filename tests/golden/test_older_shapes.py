"""An event in an older shape reads as one of today: the example of `docs/events.md`, as written.

`older_shapes.jsonl` holds an event of each shape that it tells of.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from eventsourcing.utils import register_topic

from domain.channel import Channel
from domain.channel_repository import fold_channel
from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.log.mapper import create_mapper
from tests.support.golden import golden_events

DOCUMENT = (Path(__file__).parents[2] / "docs" / "events.md").read_text()


def code(language: str) -> str:
    """The document's one block of code in a language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
    return str(block)


def muted() -> Any:
    """The class of the document, in place of an inner class of `Channel`."""
    names: dict[str, Any] = {
        "__name__": __name__, "Event": Channel.Event,
        "Any": Any, "ClassVar": ClassVar, "datetime": datetime, "timedelta": timedelta,
    }  # fmt: skip
    exec(code("python"), names)
    register_topic(names["Muted"].TOPIC, names["Muted"])
    return names["Muted"]


Muted = muted()
OLDER, TODAYS = golden_events("older_shapes.jsonl")


def test_an_event_in_an_older_shape_reads_as_one_of_today() -> None:
    event: Any = create_mapper().to_domain_event(OLDER)
    assert type(event) is Muted
    assert vars(event) == {
        "originator_id": OLDER.originator_id,
        "originator_version": 8,
        "timestamp": datetime(2026, 11, 25, 20, 28, 19, 123456, tzinfo=UTC),
        "actor_id": "боб",
        "correlation_id": "request-4",
        "user_id": "Алиса",
        "until": datetime(2026, 11, 26, 4, 28, 19, 123456, tzinfo=UTC),
    }


def test_an_event_of_today_is_stored_in_the_shape_of_today_and_read_as_it_is() -> None:
    event: Any = create_mapper().to_domain_event(TODAYS)
    assert event.until == datetime(2026, 11, 27, tzinfo=UTC)
    assert create_mapper().to_stored_event(event) == TODAYS


def test_an_event_that_was_upcast_would_be_stored_in_the_shape_of_today() -> None:
    event = create_mapper().to_domain_event(OLDER)
    again = create_mapper().to_stored_event(event)
    assert json.loads(again.state)["class_version"] == 2
    assert create_mapper().to_domain_event(again) == event


def test_a_channel_takes_both_shapes_in_its_stream() -> None:
    stored = [each for each in golden_events() if each.originator_id == OLDER.originator_id]
    events: list[Any] = [create_mapper().to_domain_event(each) for each in (*stored, OLDER, TODAYS)]
    stream = [RecordedEvent(position, None, event) for position, event in enumerate(events, 1)]
    at = fold_channel(stream)
    assert at is not None
    assert (at.channel.version, at.channel.modified_on) == (9, events[-1].timestamp)


def test_the_stored_state_of_the_document_is_one_that_it_reads() -> None:
    state = json.dumps(json.loads(code("json"))).encode()
    stored = create_mapper().to_stored_event(create_mapper().to_domain_event(OLDER))
    event: Any = create_mapper().to_domain_event(
        type(stored)(stored.originator_id, 8, stored.topic, state)
    )
    assert event.until - event.timestamp == timedelta(hours=8)


def test_a_kanal_of_before_does_not_misread_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Muted, "class_version", 1)
    with pytest.raises(UndecodableEvent, match="in its shape 2"):
        create_mapper().to_domain_event(TODAYS)
