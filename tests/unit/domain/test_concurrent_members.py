"""Two who change the members of a channel at once: each is done or refused as a whole."""

import pytest

from domain.channel import Channel, MemberRole
from domain.commands import ChannelCommands
from domain.errors import Conflict, LastAdmin, NotFound
from domain.queries import ChannelRef
from tests.support.changing import CHANGES
from tests.support.creation import ALICE, MODERATOR, asked_by
from tests.support.log_state import channel_in
from tests.support.memory_log import MemoryLog
from tests.support.turns import at_once, done, versions

BY_ALICE, BY_MONA = asked_by(ALICE), asked_by(MODERATOR)
ADMIN, USER = MemberRole.ADMIN, MemberRole.USER


def roles(channel: Channel) -> dict[str, MemberRole]:
    return dict(channel.members.items())


def test_both_succeed_where_they_are_about_different_members(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    outcomes = at_once(
        nodes[0].add_member(BY_ALICE, ref, "dora"), nodes[1].remove_member(BY_MONA, ref, "bob")
    )
    assert versions(*outcomes) == [5, 4]
    assert roles(channel_in(log.events, ref.channel_id)) == {
        "alice": ADMIN,
        "mona": USER,
        "dora": USER,
    }


def test_of_two_roles_for_one_member_the_second_is_a_conflict(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow, quick = at_once(
        nodes[0].add_member(BY_ALICE, ref, "dora", USER),
        nodes[1].add_member(BY_MONA, ref, "dora", ADMIN),
    )
    assert type(slow) is Conflict
    assert versions(quick) == [4]
    assert channel_in(log.events, ref.channel_id).members["dora"] is ADMIN


@pytest.mark.parametrize(
    ("mine", "theirs"), [("a new role", "a member less"), ("a member less", "a new role")]
)
def test_a_member_is_not_let_in_as_another_takes_them_out_nor_the_other_way_round(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, mine: str, theirs: str
) -> None:
    slow, quick = at_once(
        CHANGES[mine](nodes[0], BY_ALICE, ref), CHANGES[theirs](nodes[1], BY_MONA, ref)
    )
    assert type(slow) is Conflict
    assert versions(quick) == [4]
    assert channel_in(log.events, ref.channel_id).members == quick.channel.members


def test_of_two_last_admins_who_leave_one_stays(
    nodes: list[ChannelCommands], commands: ChannelCommands, log: MemoryLog, ref: ChannelRef
) -> None:
    done(commands.add_member(BY_ALICE, ref, "mona", ADMIN))
    slow, quick = at_once(
        nodes[0].remove_member(BY_ALICE, ref, "alice"), nodes[1].remove_member(BY_MONA, ref, "mona")
    )
    assert type(slow) is LastAdmin
    assert versions(quick) == [5]
    assert roles(channel_in(log.events, ref.channel_id)) == {"alice": ADMIN, "bob": USER}


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_one_who_is_taken_out_meanwhile_does_not_find_the_channel(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, reads: int
) -> None:
    slow, _ = at_once(
        CHANGES["a name"](nodes[0], BY_MONA, ref),
        nodes[1].remove_member(BY_ALICE, ref, "mona"),
        reads=reads,
    )
    assert type(slow) is NotFound
    assert channel_in(log.events, ref.channel_id).name == "general"
