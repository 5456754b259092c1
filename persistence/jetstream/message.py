"""A message of the stream: one position of the log. The relay encodes them, and nodes that follow
the stream decode them; what other services read of them is described in `docs/feed.md`.

    subject          kanal.<log>.<workspace>.<type>
    Nats-Msg-Id      the id of the event, <log in which it was recorded>:<position>
    content-type     application/cloudevents+json, where the body is a public event
    Kanal-Stored     for nodes: <stream> <version> <topic> <state>, as the log has them
    Kanal-Relay      which relay has published it, to know its own again
    body             the public event as readers of all are told it; empty for what is not told

The sequence of the message in the stream is the position.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote
from uuid import UUID

from persistence.jetstream.subjects import event_subject, workspace_of
from persistence.log.logged_event import LoggedEvent, logged_event

MESSAGE_ID = "Nats-Msg-Id"
CONTENT_TYPE = "content-type"
STORED = "Kanal-Stored"
RELAY = "Kanal-Relay"

EMPTY = "-"
"""In place of a state without a byte: spaces at the end of a header are lost."""

CLOUD_EVENT = "application/cloudevents+json"


class UnreadableMessage(ValueError):
    """A message that no relay of Kanal has written, or a newer one."""


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """A message as it is published, without what fences it."""

    subject: str
    headers: dict[str, str]
    body: bytes


def event_id(log_id: str, position: int) -> str:
    """The id of an event, by the id of the log in which it was recorded."""
    return f"{log_id}:{position}"


def encode(
    stored: LoggedEvent, *, log_id: str, recorded_in: str, told: bytes | None
) -> StreamMessage:
    """The message of an event in the stream of the log `log_id`. `recorded_in` is the id of the log
    when the event was recorded, `told` the public event as JSON, None where nobody is told."""
    headers = {MESSAGE_ID: event_id(recorded_in, stored.id), STORED: encode_stored(stored)}
    if told is not None:
        headers[CONTENT_TYPE] = CLOUD_EVENT
    subject = event_subject(log_id, stored.workspace_id, stored.topic)
    return StreamMessage(subject, headers, told or b"")


def decode(subject: str, headers: Mapping[str, str] | None, sequence: int) -> LoggedEvent:
    """The stored event of the message at a sequence of the stream. Raises UnreadableMessage."""
    try:
        position = int((headers or {})[MESSAGE_ID].rpartition(":")[2])
        stream_id, version, topic, state = (headers or {})[STORED].split(" ")
        row = (
            UUID(stream_id),
            int(version),
            unquote(topic, errors="strict"),
            b"" if state == EMPTY else b64decode(state, validate=True),
            position,
            workspace_of(subject),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableMessage(f"message {sequence} is none of a relay: {error!r}") from None
    if position != sequence:
        raise UnreadableMessage(f"message {sequence} is of position {position}")
    return logged_event(row)


def recorded_in(headers: Mapping[str, str] | None) -> str:
    """The id of the log in which the event of a message was recorded; empty where it has none."""
    return (headers or {}).get(MESSAGE_ID, "").rpartition(":")[0]


def encode_stored(stored: LoggedEvent) -> str:
    """What nodes need of an event besides its position and its workspace, in one header."""
    state = b64encode(stored.state).decode() or EMPTY
    topic = _quoted(stored.topic)
    return f"{stored.originator_id} {stored.originator_version} {topic} {state}"


_quoted = lru_cache(256)(quote)
"""There are few topics."""
