"""Any life of a channel: it is what its events say, at each version, and so is each copy."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from domain.actor import Actor
from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch
from domain.errors import DomainError
from domain.event_log import DomainEvent
from tests.support.aggregates import folded, new_channel, state
from tests.support.creation import ALICE, BOB, CAROL, MODERATOR, asked_by

Command = Callable[[Channel, Actor], None]

USERS = st.sampled_from(("alice", "bob", "carol", "mona"))
ACTORS = st.sampled_from((ALICE, ALICE, BOB, CAROL, MODERATOR))
PATCHES = st.builds(
    ChannelPatch,
    name=st.sampled_from((UNSET, "general", "General", "another")),
    description=st.sampled_from((UNSET, None, "", "text")),
    is_private=st.just(UNSET) | st.booleans(),
)


def update(patch: ChannelPatch) -> Command:
    return lambda channel, actor: channel.update(asked_by(actor), patch)


def add(user_id: str, role: MemberRole | None) -> Command:
    return lambda channel, actor: channel.add_member(asked_by(actor), user_id, role)


def remove(user_id: str) -> Command:
    return lambda channel, actor: channel.remove_member(asked_by(actor), user_id)


COMMANDS = st.one_of(
    st.builds(update, PATCHES),
    st.builds(add, USERS, st.sampled_from((None, *MemberRole))),
    st.builds(remove, USERS),
)
LIVES = st.lists(st.tuples(COMMANDS, ACTORS), max_size=25)


def check_has_an_admin(channel: Channel) -> None:
    assert not channel.is_private or MemberRole.ADMIN in channel.members.values()


@given(st.booleans(), LIVES)
def test_a_channel_is_what_its_events_say(
    is_private: bool, life: list[tuple[Command, Actor]]
) -> None:
    channel = new_channel(is_private=is_private)
    events: list[DomainEvent] = list(channel.collect_events())
    for command, actor in life:
        before = channel.copy()
        try:
            command(channel, actor)
        except DomainError:
            assert state(channel) == state(before), "what is refused changes nothing"
        recorded = channel.collect_events()
        assert (vars(channel) == vars(before)) is (recorded == []), "what changes is recorded"
        events += recorded
        assert vars(folded(events)) == vars(channel)
    assert [event.originator_version for event in events] == list(range(1, len(events) + 1))


@given(st.booleans(), LIVES)
def test_a_private_channel_has_an_admin_at_each_version(
    is_private: bool, life: list[tuple[Command, Actor]]
) -> None:
    """Also between two events of one command."""
    channel = new_channel(is_private=is_private)
    for command, actor in life:
        try:
            command(channel, actor)
        except DomainError:
            continue
    again: Any = None
    for event in channel.collect_events():
        again = event.mutate(again)
        check_has_an_admin(again)


@given(st.booleans(), LIVES, LIVES)
def test_a_copy_changes_apart(
    is_private: bool, life: list[tuple[Command, Actor]], other: list[tuple[Command, Actor]]
) -> None:
    """Whichever of the two goes on; what the one has pending is not the other's."""
    channel = new_channel(is_private=is_private)
    for lived, kept_as_is in ((life, False), (other, True)):
        copy = channel.copy()
        assert copy.pending_events == []
        goes_on, stays = (copy, channel) if kept_as_is else (channel, copy)
        before = state(stays)
        for command, actor in lived:
            try:
                command(goes_on, actor)
            except DomainError:
                continue
        assert state(stays) == before
