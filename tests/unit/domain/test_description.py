"""A channel's description: what can be one."""

import pytest

from domain.description import checked_description
from domain.errors import Invalid


@pytest.mark.parametrize(
    "text", [None, "", " ", "a" * 2_000, "🙂" * 2_000, "one\ntwo\t\x1b", "e\u0301"]
)
def test_a_description_of_up_to_2000_characters_is_kept_as_it_is(text: str | None) -> None:
    assert checked_description(text) == text


def test_a_longer_description_is_refused() -> None:
    with pytest.raises(Invalid, match="at most 2000 characters, got 2001"):
        checked_description("a" * 2_001)


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "a\udc00"], ids=ascii)
def test_a_description_that_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="NUL or a lone surrogate"):
        checked_description(text)
