"""If-Match: which versions of a channel a request names (RFC 9110, 13.1.1)."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic import Sanic
from sanic.compat import Header
from sanic.request import Request

from transport.errors import Malformed
from transport.http.request import accepted_versions


@pytest.fixture(scope="module", autouse=True)
def app() -> Iterator[None]:
    """The application that requests of this module are for."""
    app = Sanic("if-match")
    yield
    Sanic.unregister_app(app)


def versions(*lines: str) -> frozenset[int] | None:
    """The versions that a request accepts, with a header If-Match for each line."""
    headers = Header([("if-match", line) for line in lines])
    return accepted_versions(
        Request(b"/", headers, "1.1", "PATCH", None, Sanic.get_app("if-match"))  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("lines", [[], ["*"], [" * "]])
def test_without_it_or_with_an_asterisk_any_version_will_do(lines: list[str]) -> None:
    assert versions(*lines) is None


NOTHING = [
    '""', '"0"', '"01"', '"-1"', '"1.0"', '"one"', '"١"', 'W/"1"', '"1,2"', '"я"', f'"{10**30}"',
]  # fmt: skip


@pytest.mark.parametrize("tag", NOTHING)
def test_a_weak_tag_and_one_that_is_no_version_match_nothing(tag: str) -> None:
    """Which is another thing than any version."""
    assert versions(tag) == frozenset()
    assert versions(f'"7", {tag}') == {7}


def test_several_headers_are_one_list() -> None:
    assert versions('"1", "2"', '"5"') == {1, 2, 5}


MALFORMED = [
    "", ",", "1", '"1', '1"', "'1'", '"1" "2"', '"1""2"', '"1"; "2"', '*, "1"', '"1", *', "**",
    'w/"1"', 'W"1"',
]  # fmt: skip


@pytest.mark.parametrize("text", [*MALFORMED, '"a b"', '"a\x7f"'])
def test_what_is_no_list_of_tags_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="If-Match must be"):
        versions(text)
    with pytest.raises(Malformed):
        versions('"1"', f"{text}x")


TEXTS = st.text(st.characters(min_codepoint=0x21, exclude_characters='"\x7f'), max_size=4)
OTHERS = st.one_of(
    TEXTS.filter(lambda text: not text.isdigit()).map('"{}"'.format), TEXTS.map('W/"{}"'.format)
)
"""Tags that are no version of ours, also such as hold a comma."""


@given(
    st.lists(st.integers(1, 10**19 - 1), min_size=1, max_size=4),
    st.lists(OTHERS, max_size=4),
    st.sampled_from((",", ", ", " ,\t", ",,", ", ,")),
    st.randoms(use_true_random=False),
)
def test_the_versions_of_a_list_are_found_whatever_is_among_them(
    numbers: list[int], others: list[str], comma: str, random_: Random
) -> None:
    tags = [f'"{number}"' for number in numbers] + others
    random_.shuffle(tags)
    assert versions(comma.join(tags)) == set(numbers)
