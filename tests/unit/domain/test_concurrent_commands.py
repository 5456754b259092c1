"""Two who change a channel at once: each is done or refused as a whole, and nothing is lost."""

from typing import Any
from uuid import uuid4

import pytest

from domain.channel import MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelRepository
from domain.commands import MAX_ATTEMPTS, ChannelCommands
from domain.errors import Conflict, NotFound, StaleVersion
from domain.event_log import RecordedEvent
from domain.queries import ChannelQueries, ChannelRef
from tests.support.changing import CHANGES
from tests.support.creation import ALICE, MODERATOR, asked_by
from tests.support.log_state import channel_in
from tests.support.memory_log import MemoryLog
from tests.support.turns import UnderWay, at_once, done, versions

BY_ALICE, BY_MONA = asked_by(ALICE), asked_by(MODERATOR)
ADMIN, USER = MemberRole.ADMIN, MemberRole.USER


@pytest.mark.parametrize(
    "other", ["a name", "privacy", "a new member", "a new role", "a member less"]
)
def test_both_succeed_where_they_change_different_things(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, other: str
) -> None:
    slow, quick = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(description="new")),
        CHANGES[other](nodes[1], BY_MONA, ref),
    )
    assert versions(quick, slow) == [4, 5]
    channel = channel_in(log.events, ref.channel_id)
    assert channel.description == "new"
    for field in ("name", "is_private", "members"):
        assert getattr(channel, field) == getattr(quick.channel, field)


@pytest.mark.parametrize(
    ("field", "one", "other"), [("name", "one", "other"), ("description", None, "other")]
)
def test_of_two_values_for_one_field_the_first_stays_and_the_second_is_a_conflict(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, field: Any, one: Any, other: Any
) -> None:
    mine, theirs = ChannelPatch(**{field: one}), ChannelPatch(**{field: other})
    slow, quick = at_once(
        nodes[0].update_channel(BY_ALICE, ref, mine), nodes[1].update_channel(BY_MONA, ref, theirs)
    )
    assert type(slow) is Conflict
    assert versions(quick) == [4]
    channel = channel_in(log.events, ref.channel_id)
    assert (getattr(channel, field), channel.version) == (other, 4)


def test_of_a_change_that_meets_another_in_one_of_its_fields_nothing_is_done(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow, _ = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="mine", description="mine")),
        nodes[1].update_channel(BY_MONA, ref, ChannelPatch(description="theirs", is_private=False)),
    )
    assert type(slow) is Conflict
    channel = channel_in(log.events, ref.channel_id)
    assert (channel.name, channel.description, channel.is_private) == ("general", "theirs", False)


@pytest.mark.parametrize("reads", [1, 2, 3])
@pytest.mark.parametrize(
    "change", ["a name", "a description", "a new member", "a new role", "a member less"]
)
def test_what_both_want_is_done_once_and_both_succeed(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, change: str, reads: int
) -> None:
    slow, quick = at_once(
        CHANGES[change](nodes[0], BY_ALICE, ref),
        CHANGES[change](nodes[1], BY_MONA, ref),
        reads=reads,
    )
    assert versions(slow, quick) == [4, 4]
    assert slow.position == quick.position
    assert vars(channel_in(log.events, ref.channel_id)) == vars(slow.channel) == vars(quick.channel)


@pytest.mark.parametrize("change", CHANGES)
def test_a_channel_deleted_meanwhile_is_not_found(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, change: str
) -> None:
    """Not to be deleted a second time either."""
    slow, quick = at_once(
        CHANGES[change](nodes[0], BY_ALICE, ref),
        nodes[1].delete_channel(BY_MONA, ref),
    )
    assert type(slow) is NotFound
    assert versions(quick) == [4]
    assert channel_in(log.events, ref.channel_id).is_deleted


@pytest.mark.parametrize("reads", [1, 2])
@pytest.mark.parametrize("change", [change for change in CHANGES if change != "an end"])
def test_a_deletion_is_done_whatever_somebody_changes_meanwhile(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, change: str, reads: int
) -> None:
    outcomes = at_once(
        nodes[0].delete_channel(BY_ALICE, ref),
        CHANGES[change](nodes[1], BY_MONA, ref),
        reads=reads,
    )
    assert versions(*outcomes) == [5, 4]
    assert channel_in(log.events, ref.channel_id).is_deleted


@pytest.mark.parametrize("change", CHANGES)
def test_a_version_that_is_stale_by_now_is_refused(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, change: str
) -> None:
    """Also where the two changes would go together."""
    meant = ChannelRef(ref.workspace_id, ref.channel_id, frozenset({3}))
    slow, quick = at_once(
        CHANGES[change](nodes[0], BY_ALICE, meant),
        nodes[1].add_member(BY_MONA, ref, "erik"),
    )
    assert type(slow) is StaleVersion
    assert versions(quick) == [4]
    assert channel_in(log.events, ref.channel_id).version == 4


def test_a_command_that_others_are_always_quicker_than_gives_up(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow = UnderWay(nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(description="mine")))
    for number in range(MAX_ATTEMPTS):
        slow.go_on_to("append")
        done(nodes[1].add_member(BY_MONA, ref, f"user-{number}"))
        slow.go_on()
    assert type(slow.outcome()) is Conflict
    channel = channel_in(log.events, ref.channel_id)
    assert channel.version == 3 + MAX_ATTEMPTS
    assert channel.description == "text"


def test_a_command_that_others_are_almost_always_quicker_than_is_done(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow = UnderWay(nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(description="mine")))
    for number in range(MAX_ATTEMPTS - 1):
        slow.go_on_to("append")
        done(nodes[1].add_member(BY_MONA, ref, f"user-{number}"))
        slow.go_on()
    assert versions(slow.outcome()) == [3 + MAX_ATTEMPTS]
    channel = channel_in(log.events, ref.channel_id)
    assert channel.description == "mine"
    assert len(channel.members) == 3 + MAX_ATTEMPTS - 1


async def test_what_is_there_already_is_not_so_where_the_log_loses_it_meanwhile(
    log: MemoryLog, ref: ChannelRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = ChannelRepository(log)
    commands = ChannelCommands(log, ChannelQueries(log, channels))
    wanted = ChannelPatch(description="new")
    before = len(log.events)
    await commands.update_channel(BY_ALICE, ref, wanted)
    channels.forget()
    read = log.read_latest

    async def read_before_it_is_lost(*arguments: Any, **options: Any) -> list[RecordedEvent]:
        found = await read(*arguments, **options)
        monkeypatch.undo()
        del log.events[before:]
        log.epoch = uuid4()
        channels.forget()
        return found

    monkeypatch.setattr(log, "read_latest", read_before_it_is_lost)
    await commands.update_channel(BY_ALICE, ref, wanted)
    channel = channel_in(log.events, ref.channel_id)
    assert channel.description == "new"
