"""The commands that change a channel: what they answer, and what they leave in the log."""

from typing import Any
from uuid import UUID

import pytest

from domain.actor import Cause
from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_name import NameReservation
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries, ChannelRef
from tests.support.changing import CHANGES, Command
from tests.support.creation import ALICE, MODERATOR, asked_by, create
from tests.support.memory_log import MemoryLog

RECORDED = {
    "a name": ["channel.updated", "channel-name.released", "channel-name.reserved"],
    "a description": ["channel.updated"],
    "privacy": ["channel.updated"],
    "all at once": ["channel.updated", "channel-name.released", "channel-name.reserved"],
    "a new member": ["channel.member-added"],
    "a new role": ["channel.member-added"],
    "a member less": ["channel.member-removed"],
    "an end": ["channel.deleted", "channel-name.released"],
}
"""The topics of what each change records, of a private channel."""

each_change = pytest.mark.parametrize("command", CHANGES.values(), ids=CHANGES)


def topics(events: Any) -> list[str]:
    return [type(event).TOPIC for event in events]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_one_append_of_a_channel_and_its_names(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef, change: str
) -> None:
    before = len(log.appends)
    await CHANGES[change](commands, asked_by(ALICE), ref)
    (appended,) = log.appends[before:]
    assert topics(appended) == RECORDED[change]
    assert {each.workspace_id for each in log.events} == {"demo"}


@each_change
async def test_every_event_says_who_and_why(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef, command: Command
) -> None:
    before = len(log.events)
    await command(commands, Cause(ALICE, "request-7"), ref)
    for recorded in log.events[before:]:
        event: Any = recorded.event
        assert (event.actor_id, event.correlation_id) == ("alice", "request-7")


@each_change
async def test_a_change_answers_the_channel_after_it_and_the_position_of_its_event(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef, command: Command
) -> None:
    """The channel's own event, whatever became of its names in the same append."""
    at = await command(commands, asked_by(ALICE), ref)
    event = log.events[at.position - 1].event
    assert isinstance(event, Channel.Event)
    assert (event.originator_id, event.originator_version) == (ref.channel_id, at.channel.version)
    found = await ChannelRepository(log).find(ref.channel_id)
    assert found is not None
    assert vars(found.channel) == vars(at.channel)
    assert found.position == at.position


async def test_of_several_events_the_position_of_the_last_is_answered(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = ChannelRef("demo", (await create(commands)).at.channel.id)
    at = await commands.update_channel(
        asked_by(MODERATOR), ref, ChannelPatch(is_private=True, name="secret")
    )
    assert topics(log.appends[-1]) == [
        "channel.member-added",
        "channel.member-added",
        "channel.updated",
        "channel-name.released",
        "channel-name.reserved",
    ]
    assert at.position == len(log.events) - 2
    assert at.channel.version == 4


@each_change
async def test_the_version_that_a_change_is_meant_for_may_be_named(
    commands: ChannelCommands, ref: ChannelRef, command: Command
) -> None:
    """Among others: any of them will do."""
    meant = ChannelRef(ref.workspace_id, ref.channel_id, frozenset({1, 3, 9}))
    assert (await command(commands, asked_by(ALICE), meant)).channel.version == 4


NOTHING_NEW: dict[str, Command] = {
    "nothing": lambda commands, cause, ref: commands.update_channel(cause, ref, ChannelPatch()),
    "the same name": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(name="  general ")
    ),
    "the same fields": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(name="general", description="text", is_private=True)
    ),
    "a member": lambda commands, cause, ref: commands.add_member(cause, ref, "bob"),
    "the same role": lambda commands, cause, ref: commands.add_member(
        cause, ref, "bob", MemberRole.USER
    ),
    "the last admin": lambda commands, cause, ref: commands.add_member(
        cause, ref, "alice", MemberRole.ADMIN
    ),
    "no member": lambda commands, cause, ref: commands.remove_member(cause, ref, "dora"),
}


@pytest.mark.parametrize("versions", [None, frozenset({3})])
@pytest.mark.parametrize("command", NOTHING_NEW.values(), ids=NOTHING_NEW)
async def test_a_command_that_changes_nothing_records_nothing_and_answers_what_is(
    commands: ChannelCommands,
    queries: ChannelQueries,
    log: MemoryLog,
    ref: ChannelRef,
    command: Command,
    versions: frozenset[int] | None,
) -> None:
    before = list(log.events)
    is_now = await queries.channel(ALICE, ref)
    ref = ChannelRef(ref.workspace_id, ref.channel_id, versions)
    at = await command(commands, asked_by(ALICE), ref)
    assert log.events == before
    assert vars(at.channel) == vars(is_now.channel)
    assert at.position == is_now.position


async def test_a_command_repeated_is_done_once(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef
) -> None:
    for command in list(CHANGES.values())[:-1]:
        first = await command(commands, asked_by(ALICE), ref)
        before = list(log.events)
        again = await command(commands, asked_by(ALICE), ref)
        assert log.events == before
        assert (vars(again.channel), again.position) == (vars(first.channel), first.position)
        if not first.channel.is_private:
            await commands.update_channel(asked_by(ALICE), ref, ChannelPatch(is_private=True))


async def test_a_change_is_about_its_channel_alone(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef
) -> None:
    def others() -> list[UUID]:
        own_names = {NameReservation.create_id("demo", key) for key in ("general", "new")}
        streams = [each.event.originator_id for each in log.events]
        return [each for each in streams if each != ref.channel_id and each not in own_names]

    before = others()
    assert len(before) == 2
    for command in CHANGES.values():
        await commands.update_channel(asked_by(ALICE), ref, ChannelPatch(is_private=True))
        await command(commands, asked_by(ALICE), ref)
    assert others() == before
