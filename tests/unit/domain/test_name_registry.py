"""Names: a channel holds one, and gives it back when it takes another and when it ends."""

from typing import Any
from uuid import UUID

import pytest

from domain.actor import Cause
from domain.channel_fields import ChannelPatch
from domain.channel_name import ChannelName
from domain.channel_repository import ChannelAt
from domain.commands import ChannelCommands
from domain.errors import NameTaken
from domain.queries import ChannelRef
from tests.support.creation import ALICE, BOB, WORKSPACE_ADMIN, asked_by, create
from tests.support.log_state import held_names
from tests.support.memory_log import MemoryLog

BY_ALICE = asked_by(ALICE)


async def created(commands: ChannelCommands, name: str) -> ChannelRef:
    return ChannelRef("demo", (await create(commands, name)).at.channel.id)


async def rename(commands: ChannelCommands, ref: ChannelRef, name: str) -> ChannelAt:
    return await commands.update_channel(BY_ALICE, ref, ChannelPatch(name=name))


def names(log: MemoryLog) -> dict[str, UUID]:
    """By key: the channels that hold the names of `demo`."""
    return {key: holder for (workspace, key), holder in held_names(log.events).items()}


async def test_a_renamed_channel_holds_its_new_name_and_no_other(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "Straße")
    await rename(commands, ref, "Weg")
    assert names(log) == {"weg": ref.channel_id}
    with pytest.raises(NameTaken):
        await create(commands, "WEG", actor=BOB)


@pytest.mark.parametrize("again", ["Straße", "STRASSE"])
async def test_the_old_name_of_a_renamed_channel_is_free_at_once(
    commands: ChannelCommands, log: MemoryLog, again: str
) -> None:
    ref = await created(commands, "Straße")
    await rename(commands, ref, "Weg")
    other = await created(commands, again)
    assert names(log) == {"weg": ref.channel_id, "strasse": other.channel_id}


async def test_the_name_of_a_deleted_channel_is_free_at_once(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "general")
    await rename(commands, ref, "team")
    await commands.delete_channel(BY_ALICE, ref)
    assert names(log) == {}
    other = await created(commands, "Team")
    assert other.channel_id != ref.channel_id
    assert names(log) == {"team": other.channel_id}


async def test_a_name_may_be_taken_from_a_channel_that_is_gone_by_another_that_is_renamed(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    gone, ref = await created(commands, "general"), await created(commands, "team")
    await commands.delete_channel(BY_ALICE, gone)
    await rename(commands, ref, "general")
    assert names(log) == {"general": ref.channel_id}


async def test_a_channel_may_have_its_old_name_back(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "general")
    for name in ("team", "general", "team", "general"):
        at = await rename(commands, ref, name)
        assert at.channel.name == name
        assert names(log) == {name: ref.channel_id}


async def test_a_channel_may_not_have_its_old_name_back_once_another_has_it(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "general")
    await rename(commands, ref, "team")
    other = await created(commands, "general")
    before = list(log.events)
    with pytest.raises(NameTaken, match="'General' exists in this workspace"):
        await rename(commands, ref, "General")
    assert log.events == before
    assert names(log) == {"team": ref.channel_id, "general": other.channel_id}


async def test_a_change_of_all_with_a_name_that_is_taken_changes_nothing(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "team")
    await created(commands, "general")
    before = list(log.events)
    with pytest.raises(NameTaken):
        await commands.update_channel(
            BY_ALICE, ref, ChannelPatch(name="GENERAL", description="new", is_private=True)
        )
    assert log.events == before


@pytest.mark.parametrize("name", ["GENERAL", "General"])
async def test_a_name_in_another_case_is_held_already(
    commands: ChannelCommands, log: MemoryLog, name: str
) -> None:
    """The channel is renamed, and of its names there is nothing to record."""
    ref = await created(commands, "general")
    at = await rename(commands, ref, name)
    assert at.channel.name == name
    assert [each.originator_id for each in log.appends[-1]] == [ref.channel_id]
    assert names(log) == {"general": ref.channel_id}
    await commands.delete_channel(BY_ALICE, ref)
    assert names(log) == {}


async def test_a_change_of_other_fields_is_none_of_a_name(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "general")
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(description="new", is_private=True))
    assert {each.originator_id for each in log.appends[-1]} == {ref.channel_id}
    assert names(log) == {ChannelName("general").key: ref.channel_id}


async def test_taking_and_giving_back_say_who_and_why_each_time(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = await created(commands, "general")
    for number, name in enumerate(("team", "general", "team")):
        cause = Cause(WORKSPACE_ADMIN, f"request-{number}")
        await commands.update_channel(cause, ref, ChannelPatch(name=name))
        events: list[Any] = log.appends[-1]
        assert len(events) == 3
        assert {(each.actor_id, each.correlation_id) for each in events} == {
            ("walter", f"request-{number}")
        }


async def test_workspaces_have_names_of_their_own(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    at = (await create(commands, "team", workspace_id="other")).at
    ref = await created(commands, "general")
    await rename(commands, ref, "team")
    assert held_names(log.events) == {
        ("other", "team"): at.channel.id,
        ("demo", "team"): ref.channel_id,
    }
