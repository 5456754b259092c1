"""The members of a channel in list pages, in the order of their ids, for `GET …/members`."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from domain.channel import MemberRole


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """A member of a private channel."""

    user_id: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Members, and the user id after which the next page begins; None at the end."""

    members: list[Member]
    next: str | None


def member_page(members: Mapping[str, MemberRole], *, limit: int, after: str) -> MemberPage:
    """At most `limit` of the members whose ids are beyond `after`."""
    found = heapq.nsmallest(limit + 1, (user_id for user_id in members if user_id > after))
    return MemberPage(
        members=[Member(user_id, members[user_id]) for user_id in found[:limit]],
        next=found[limit - 1] if len(found) > limit else None,
    )
