"""Identifiers: which ids from outside are let in, and that derived ones never change."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.identifiers import checked_id, idempotent_channel_id, name_stream_id


@pytest.mark.parametrize("value", ["a", "a" * 128, "🙂" * 128, " ", "a/b?c#d", "пользователь"])
def test_an_id_of_1_to_128_characters_is_kept_as_it_is(value: str) -> None:
    assert checked_id("sub", value) == value


@pytest.mark.parametrize(
    "value", ["", "a" * 129, "a\x00", "\n", "a\x7fb", "\x9f", "\ud800"], ids=ascii
)
def test_another_id_is_refused_in_words_that_name_the_field_and_not_the_value(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_id("workspaceId", value)
    assert refused.value.message == (
        "workspaceId must be 1 to 128 characters, none a control character"
    )


def test_derived_ids_are_for_ever() -> None:
    """The log holds them: another derivation would let a name be taken twice."""
    assert name_stream_id("demo", "general") == UUID("339d9a85-688f-5d78-91dc-3f01bfbab83d")
    assert idempotent_channel_id("alice", "key") == UUID("ec378359-7a5f-54ee-a682-114b07a99fa5")


IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=5)


@given(IDS, IDS, IDS, IDS)
def test_different_facts_have_different_ids(a: str, b: str, c: str, d: str) -> None:
    for derive in (name_stream_id, idempotent_channel_id):
        assert (derive(a, b) == derive(c, d)) == ((a, b) == (c, d))
    assert name_stream_id(a, b) != idempotent_channel_id(a, b)


def test_an_id_does_not_run_over_into_the_next() -> None:
    assert name_stream_id("ab", "c") != name_stream_id("a", "bc")
    assert idempotent_channel_id("ab", "c") != idempotent_channel_id("a", "bc")
