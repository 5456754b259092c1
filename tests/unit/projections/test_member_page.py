"""The members of a channel in pages: all of them once, in the order of their ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channel import Channel, MemberRole
from domain.visibility import visible_members
from projections.views.member_page import Member, member_page
from tests.support.aggregates import once_private, private_channel

ADMIN, USER = MemberRole.ADMIN, MemberRole.USER


def all_pages(channel: Channel, limit: int) -> list[list[Member]]:
    pages, after = [], ""
    while True:
        page = member_page(visible_members(channel), limit=limit, after=after)
        pages.append(page.members)
        if page.next is None:
            return pages
        assert page.next == page.members[-1].user_id
        after = page.next


def test_members_come_with_their_roles_in_the_order_of_their_ids() -> None:
    channel = private_channel(dora=USER, bob=ADMIN, carol=USER)
    page = member_page(visible_members(channel), limit=50, after="")
    assert page.members == [
        Member("alice", ADMIN),
        Member("bob", ADMIN),
        Member("carol", USER),
        Member("dora", USER),
    ]
    assert page.next is None


@pytest.mark.parametrize(
    ("limit", "pages"), [(1, [1, 1, 1, 1]), (2, [2, 2]), (3, [3, 1]), (4, [4]), (5, [4])]
)
def test_a_page_has_as_many_as_were_asked_for_and_the_last_one_the_rest(
    limit: int, pages: list[int]
) -> None:
    channel = private_channel(dora=USER, bob=ADMIN, carol=USER)
    assert [len(page) for page in all_pages(channel, limit)] == pages


@pytest.mark.parametrize(("after", "first"), [("b", "bob"), ("bob", "carol"), ("bobby", "carol")])
def test_a_page_begins_after_any_id_whether_or_not_it_is_a_members(after: str, first: str) -> None:
    channel = private_channel(bob=USER, carol=USER)
    assert member_page(visible_members(channel), limit=1, after=after).members == [
        Member(first, USER)
    ]


def test_beyond_the_last_id_there_is_nobody() -> None:
    page = member_page(visible_members(private_channel(bob=USER)), limit=5, after="bob")
    assert (page.members, page.next) == ([], None)


def test_a_public_channel_has_no_members_also_where_it_had_some() -> None:
    page = member_page(visible_members(once_private(bob=ADMIN)), limit=5, after="")
    assert (page.members, page.next) == ([], None)


IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=3)


@given(st.sets(IDS, max_size=12), st.integers(1, 5))
def test_all_pages_together_are_all_members(user_ids: set[str], limit: int) -> None:
    channel = private_channel(**dict.fromkeys(user_ids - {"alice"}, USER))
    found = [member.user_id for page in all_pages(channel, limit) for member in page]
    assert found == sorted({"alice", *user_ids})
