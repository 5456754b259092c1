"""The golden events: stored events as the mapper has once written them, in `tests/golden`."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

GOLDEN = Path(__file__).parents[1] / "golden"


def golden_events(file: str = "stored_events.jsonl") -> Iterator[StoredEvent]:
    """The events of a file, one a line."""
    for text in (GOLDEN / file).read_text().splitlines():
        line = json.loads(text)
        yield StoredEvent(
            originator_id=UUID(line["originator_id"]),
            originator_version=line["originator_version"],
            topic=line["topic"],
            state=line["state"].encode(),
        )
