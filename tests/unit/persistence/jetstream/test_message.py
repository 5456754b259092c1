"""Messages of the stream: what a node reads of one is the stored event, whatever is in it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channel import CHANNEL_TOPICS
from persistence.jetstream.message import (
    CLOUD_EVENT,
    UnreadableMessage,
    decode,
    encode,
    recorded_in,
)
from persistence.jetstream.subjects import NO_WORKSPACE, workspace_subjects, workspace_token
from persistence.log.logged_event import LoggedEvent, logged_event

LOG = "0b0e7f0c-6a3e-4b0f-8f55-3c7d1d1f4a10"
EARLIER = "5f0c0f0e-2222-4444-8888-3c7d1d1f4a10"

IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=128)

STORED = st.builds(
    lambda *row: logged_event(row),
    st.uuids(),
    st.integers(1, 2**63 - 1),
    st.sampled_from(sorted(CHANNEL_TOPICS)) | st.text(st.characters(codec="utf-8"), min_size=1),
    st.binary(max_size=300),
    st.integers(1, 2**63 - 1),
    st.none() | IDS,
)

FORBIDDEN = set(" \t\r\n\x00*>")
"""What no token of a subject may hold, besides the dot."""


@given(STORED, st.none() | st.binary(min_size=1))
def test_a_node_reads_of_a_message_what_is_stored(stored: LoggedEvent, told: bytes | None) -> None:
    message = encode(stored, log_id=LOG, recorded_in=EARLIER, told=told)
    assert decode(message.subject, message.headers, stored.id) == stored
    assert recorded_in(message.headers) == EARLIER
    assert message.body == (told or b"")
    assert message.headers.get("content-type") == (CLOUD_EVENT if told else None)


@given(STORED)
def test_any_nats_client_can_handle_subjects_and_headers(stored: LoggedEvent) -> None:
    message = encode(stored, log_id=LOG, recorded_in=LOG, told=None)
    assert message.subject.isascii() and not FORBIDDEN & set(message.subject)
    assert all(message.subject.split("."))
    assert len(message.subject) < 4_096 - 200 or len(stored.topic) > 128  # of a control line
    for value in message.headers.values():
        assert value.isascii() and value.isprintable() and value == value.strip()


@given(IDS, IDS)
def test_each_workspace_has_one_token_of_its_own(one: str, other: str) -> None:
    assert "." not in workspace_token(one)
    assert (workspace_token(one) == workspace_token(other)) == (one == other)
    assert workspace_token(one) != NO_WORKSPACE


def test_a_plain_workspace_is_plain_in_the_subject() -> None:
    assert workspace_subjects(LOG, "team-7_x~") == f"kanal.{LOG}.team-7_x~.>"
    assert workspace_subjects(LOG, "a.b c*>é") == f"kanal.{LOG}.a%2Eb%20c%2A%3E%C3%A9.>"
    assert workspace_subjects(LOG, None) == f"kanal.{LOG}.@.>"


def _message(**headers: str) -> tuple[str, dict[str, str]]:
    row = (UUID(int=7), 1, "channel.created", b"{}", 3, "demo")
    message = encode(logged_event(row), log_id=LOG, recorded_in=LOG, told=None)
    return message.subject, message.headers | {
        name.replace("_", "-"): value for name, value in headers.items()
    }


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("orders.new", _message()[1]),
        (_message()[0], None),
        (_message()[0], {}),
        _message(Kanal_Stored="x"),
        _message(Kanal_Stored=f"{UUID(int=7)} 1 channel.created e30"),
    ],
)
def test_what_no_relay_has_written_is_refused(subject: str, headers: dict[str, str] | None) -> None:
    with pytest.raises(UnreadableMessage):
        decode(subject, headers, 3)


def test_a_message_at_another_position_than_its_own_is_refused() -> None:
    with pytest.raises(UnreadableMessage, match="message 4 is of position 3"):
        decode(*_message(), 4)
