"""What is stored can be read by the library's own transcoder, and the other way round."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from asyncpg.pgproto import pgproto
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, UUIDAsHex
from hypothesis import given
from hypothesis import strategies as st

from domain.channel import MemberRole
from persistence.log.mapper import FastTranscoder, create_mapper

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text()
    | st.sampled_from(MemberRole)
    | st.uuids()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def registered(transcoder: JSONTranscoder) -> JSONTranscoder:
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return transcoder


OURS, THEIRS = registered(FastTranscoder()), registered(JSONTranscoder())


@given(state=st.dictionaries(st.text(), VALUES, max_size=6))
def test_states_are_written_and_read_as_the_library_does(state: dict[str, object]) -> None:
    stored = OURS.encode(state)
    assert stored == THEIRS.encode(state)
    assert OURS.decode(stored) == THEIRS.decode(stored)


@pytest.mark.parametrize("value", [1.5, float("nan"), {1, 2}, b"bytes", object()])
def test_what_would_come_back_as_something_else_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        OURS.encode({"value": value})


@pytest.mark.parametrize("text", ["\ud800", "half a pair: \udfff"])
def test_text_that_is_not_unicode_is_refused(text: str) -> None:
    for transcoder in (OURS, THEIRS):
        with pytest.raises(UnicodeEncodeError):
            transcoder.encode({"text": text})


def test_a_moment_and_an_id_come_back_as_they_were() -> None:
    state = {"at": datetime(2026, 1, 31, 10, tzinfo=UTC), "id": UUID(int=7), "in": [UUID(int=8)]}
    assert OURS.decode(OURS.encode(state)) == state


def test_the_id_of_a_row_is_stored_and_read_like_any_other() -> None:
    transcoder = create_mapper().transcoder
    stored = OURS.encode({"id": UUID(int=7)})
    assert transcoder.encode({"id": pgproto.UUID(str(UUID(int=7)))}) == stored
    assert transcoder.decode(stored) == {"id": UUID(int=7)}
