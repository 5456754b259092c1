"""A channel's name: what is one, and which two are the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channel_name import ChannelName, NameReservation
from domain.errors import Invalid

BLANKS = "  \u00a0\u2003\u3000"
WAVING_FLAG = "🏳️‍🌈"  # four characters, one of them a joiner
DECOMPOSED = unicodedata.normalize("NFD", "Äé")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
NAMES = TEXT.filter(lambda text: text.strip() != "")


def key(text: str) -> str:
    return ChannelName.parse(text).key


KEPT = [
    "a", "a" * 100, "🙂" * 100, WAVING_FLAG, "a b", "a  b", "Общий", "一般", "قناة", "null",
    """'"`\\ ; DROP TABLE channels --""", "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_a_name_of_1_to_100_characters_is_kept_as_it_is(text: str) -> None:
    assert ChannelName.parse(text).text == text


@pytest.mark.parametrize("text", ["", " ", BLANKS, "\t\n", "\u3000\u00a0\u2028"])
def test_a_name_of_blanks_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="1 to 100 characters after trimming, got 0"):
        ChannelName.parse(text)


@pytest.mark.parametrize("text", ["a" * 101, "🙂" * 101, "a" * 10_000])
def test_a_name_of_more_than_100_characters_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=f"1 to 100 characters after trimming, got {len(text)}"):
        ChannelName.parse(text)


def test_blanks_around_a_name_do_not_count() -> None:
    assert ChannelName.parse(BLANKS + "a" * 100 + BLANKS).text == "a" * 100


def test_a_name_is_counted_and_kept_composed() -> None:
    assert len(DECOMPOSED) == 4
    assert ChannelName.parse(DECOMPOSED).text == "Äé"
    assert ChannelName.parse(DECOMPOSED * 50).text == "Äé" * 50
    with pytest.raises(Invalid, match="got 101"):
        ChannelName.parse(DECOMPOSED * 50 + "a")


@pytest.mark.parametrize("character", ["\x00", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9f"])
def test_a_control_character_within_a_name_is_refused(character: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        ChannelName.parse(f"a{character}b")


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b", "\udfff"])
def test_a_lone_surrogate_in_a_name_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        ChannelName.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("General", "gENERAL"),
        ("Straße", "STRASSE"),
        ("Straße", "STRAẞE"),
        ("ΟΔΟΣ", "οδος"),  # the final sigma
        ("ΟΔΟΣ", "οδοσ"),
        ("ОБЩИЙ", "общий"),
        ("ǅ", "ǆ"),
        ("ﬁ", "FI"),
        ("ᾳ", "ΑΙ"),
        ("Å", "\u212b"),  # the Ångström sign
        ("Äé", DECOMPOSED.upper()),
        ("İ", "i\u0307"),
        ("ΐ", "ΐ".upper()),  # three characters, of which two compose
        ("\u03b1\u0345\u0301", "\u03b1\u0301\u0345"),
    ],
)
def test_names_that_differ_in_case_or_composition_are_the_same(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("general", "general2"),
        ("resume", "résumé"),
        ("İstanbul", "istanbul"),
        ("ılık", "ilik"),
        ("a b", "a  b"),
        ("a", "а"),  # Latin and Cyrillic
        ("1", "１"),
        ("ß", "s"),
    ],
)
def test_names_that_differ_in_more_than_case_are_not_the_same(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(NAMES)
def test_parsing_a_parsed_name_changes_nothing(text: str) -> None:
    name = ChannelName.parse(text)
    assert ChannelName.parse(name.text) == name


# The dotless ı has the capital I, which is that of i: no folding can keep both apart and together.
@given(NAMES.filter(lambda text: "ı" not in text))
def test_the_key_of_a_name_is_that_of_all_its_cases(text: str) -> None:
    name = ChannelName.parse(text)
    for variant in (name.text.upper(), name.text.lower(), name.text.title(), name.text.swapcase()):
        assert ChannelName(variant).key == name.key


@given(NAMES)
def test_the_key_of_a_name_is_that_of_all_its_compositions(text: str) -> None:
    name = ChannelName.parse(text)
    assert ChannelName.parse(unicodedata.normalize("NFD", text)).key == name.key


@given(NAMES)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert ChannelName(key(text)).key == key(text)


def test_a_name_is_reserved_in_one_stream_whatever_its_case() -> None:
    one, other = key("Straße"), key("STRASSE")
    assert NameReservation.create_id("demo", one) == NameReservation.create_id("demo", other)


def test_a_name_is_reserved_in_each_workspace_apart() -> None:
    assert NameReservation.create_id("a", key("x")) != NameReservation.create_id("b", key("x"))
